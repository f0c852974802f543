import { getRouteApi, Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDescription } from '../../hub/use-description.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Pill } from '../../ui/pill.tsx';
import styles from './catalogue.module.css';
import type { TypeData } from './catalogue-data.ts';
import { Facts } from './facts.tsx';
import { HubOnlyPage } from './hub-only-page.tsx';
import { CodeFrame, Rich, TypeName } from './parts.tsx';
import { PropertyTable } from './property-table.tsx';
import { UsageTabs } from './usage-tabs.tsx';
import { VersionList } from './version-list.tsx';

const route = getRouteApi('/catalogue/$type');

/** Everything about one event type. */
export function TypePage() {
  const { type } = route.useParams();
  const data = route.useLoaderData();
  // Another type is another page: its heading takes the focus, its tabs begin anew.
  return data === undefined ? <HubOnlyPage key={type} type={type} /> : <BuiltTypePage key={type} data={data} />;
}

function BuiltTypePage({ data }: { readonly data: TypeData }) {
  const { type, title, version, clientBroadcast, isDeprecated, scope } = data;
  const sections = sectionsOf(data);
  return (
    <Page
      title={title}
      about={
        <>
          <Link to="/catalogue">Catalogue</Link> / <TypeName type={type} />
        </>
      }
      actions={
        <>
          <CopyButton name="Copy the type" text={() => type} />
          <Link to="/publish" search={{ type }} className={buttonClass('primary')}>
            <Send size={16} aria-hidden />
            Publish this
          </Link>
        </>
      }
    >
      <Notices data={data} />
      <div className={styles['lead']}>
        <p className={styles['badges']}>
          <Pill>Version {version}</Pill>
          {clientBroadcast ? <Pill tone="good">Browser</Pill> : <Pill>Services only</Pill>}
          {isDeprecated && <Pill tone="warn">Deprecated</Pill>}
        </p>
        <Rich text={data.description} />
      </div>
      <Facts data={data} />
      <nav aria-label="On this page" className={styles['onThisPage']}>
        <ul>
          {sections.map(({ id, name }) => (
            <li key={id}>
              <Link to="/catalogue/$type" params={{ type }} hash={id}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {sections.map(({ id, name, isFlush = false, content }) => (
        <div key={id} id={id} className={styles['section']}>
          <Panel title={name} isFlush={isFlush}>
            {id === 'publish' && (
              <p className={styles['muted']}>
                It takes a token with the scope <code>{scope}</code>, or the right to put events on the bus.
              </p>
            )}
            {content}
          </Panel>
        </div>
      ))}
    </Page>
  );
}

interface Section {
  readonly id: string;
  readonly name: string;
  readonly isFlush?: boolean;
  readonly content: ReactNode;
}

function sectionsOf(data: TypeData): readonly Section[] {
  const { type, properties, enumerations, examples, publish, receive, schema, schemaFile } = data;
  const all: readonly (Section | false)[] = [
    { id: 'data', name: 'Data', isFlush: true, content: <PropertyTable type={type} rows={properties} /> },
    enumerations.length > 0 && { id: 'enumerations', name: 'Enumerations', content: <Enumerations data={data} /> },
    {
      id: 'examples',
      name: examples.length === 1 ? 'Example' : 'Examples',
      content: examples.map((code, place) => {
        const name = `Example ${place + 1} of data`;
        return <CodeFrame key={name} title={[name]} name={name} code={code} />;
      }),
    },
    { id: 'publish', name: 'Publish', content: <UsageTabs name="How to publish" usages={publish} /> },
    { id: 'receive', name: 'Receive', content: <UsageTabs name="How to receive" usages={receive} /> },
    {
      id: 'schema',
      name: 'Schema',
      content: (
        <>
          <p className={styles['schemaHead']}>
            <code>{schemaFile}</code>
            <CopyButton name="Copy the schema" text={() => schema} />
          </p>
          <Code text={schema} name="JSON Schema" />
        </>
      ),
    },
    { id: 'versions', name: 'Versions', content: <VersionList data={data} /> },
  ];
  return all.filter((section) => section !== false);
}

function Notices({ data }: { readonly data: TypeData }) {
  const { type, isDeprecated, version, versions } = data;
  const { value: hub } = useDescription();
  const newest = versions[0];
  const newer = newest !== undefined && newest.version > version && (
    <p>
      <Link to="/catalogue/$type" params={{ type: newest.type }}>
        <code>{newest.type}</code>
      </Link>{' '}
      is newer.
    </p>
  );
  return (
    <>
      {hub !== undefined && !hub.byType.has(type) && (
        <Notice tone="warn" title="This hub does not have the type">
          <p>The page was built with it; what is published of it is refused.</p>
        </Notice>
      )}
      {isDeprecated && (
        <Notice tone="warn" title="Deprecated: it goes on working, but do not begin to use it">
          {newer}
        </Notice>
      )}
      {!isDeprecated && newer !== false && (
        <Notice tone="info" title="There is a newer version">
          {newer}
        </Notice>
      )}
    </>
  );
}

const Enumerations = ({ data: { type, enumerations } }: { readonly data: TypeData }) =>
  enumerations.map(({ path, anchor, values }) => (
    <div key={path} className={styles['enumeration']}>
      <h3>
        <Link to="/catalogue/$type" params={{ type }} hash={anchor}>
          <code>{path}</code>
        </Link>
      </h3>
      <ul className={values.some(({ description }) => description.length > 0) ? styles['meanings'] : styles['chips']}>
        {values.map(({ value, description }) => (
          <li key={value}>
            <code className={styles['value']}>{value}</code> <Rich text={description} />
          </li>
        ))}
      </ul>
    </div>
  ));
