import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useHub, useSession } from '../hub/hub-context.tsx';
import { useDescription } from '../hub/use-description.ts';
import { buttonClass } from '../ui/button.tsx';
import { Code } from '../ui/code.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Timestamp } from '../ui/timestamp.tsx';
import { asCurl, asJson, asTypeScript, type SeenEvent } from './as-text.ts';
import { Audience } from './audience.tsx';
import styles from './event-details.module.css';
import { EventReference } from './event-reference.tsx';
import { ForeignText } from './foreign-text.tsx';
import { traceIdOf } from './trace.ts';
import { visibleText } from './visible-text.ts';

/** Attributes that have a place of their own below. */
const PLACED = new Set([
  ...['specversion', 'id', 'type', 'source', 'subject', 'time', 'recordedtime', 'sequence', 'data', 'dataref'],
  ...['tenantid', 'organizationids', 'userids', 'roleids', 'actorid', 'correlationid', 'causationid'],
  ...['traceparent', 'tracestate', 'datacontenttype', 'dataschema'],
]);

/** Everything that is to be said of an event: the same on every page. */
export function EventDetails({ event }: { readonly event: SeenEvent }) {
  const { configuration } = useHub();
  const { identity } = useSession();
  const { value: description } = useDescription();
  const type = description?.byType.get(event.type);
  const data = useMemo(() => asJson(event.data, true), [event]);
  const { apiUrl } = configuration;
  return (
    <div className={styles['details']}>
      <div>
        <p className={styles['type']}>
          <bdi>{visibleText(event.type)}</bdi>
        </p>
        {type !== undefined && (
          <>
            <p className={styles['title']}>{type.title}</p>
            <p className={styles['muted']}>{type.description}</p>
          </>
        )}
      </div>
      <div className={styles['actions']}>
        <span className={styles['muted']}>Copy as</span>
        <CopyButton name="curl" text={() => asCurl(event, apiUrl, crypto.randomUUID())} />
        <CopyButton name="TypeScript" text={() => asTypeScript(event, apiUrl)} />
        <CopyButton name="JSON" text={() => asJson(event)} />
        {type !== undefined && (
          <Link to="/publish" search={{ type: event.type }} className={buttonClass()}>
            Publish another
          </Link>
        )}
      </div>
      <Section title="Envelope">
        <Envelope event={event} />
      </Section>
      <Section title="Data">
        {event.data === undefined && typeof event.dataref === 'string' ? (
          <Notice title="The data is not here">
            <p>
              It was too large for the socket, and could not be fetched with this token. It is at{' '}
              <code>{visibleText(event.dataref, 400)}</code>.
            </p>
          </Notice>
        ) : (
          <Code text={data} name="Data of the event" />
        )}
      </Section>
      <Section title="Who may see it">
        <Audience event={event} identity={identity} />
      </Section>
      <Section title="Where it comes from">
        <Origin event={event} />
      </Section>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles['section']}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Envelope({ event }: { readonly event: SeenEvent }) {
  const others = Object.entries(event).filter(([name]) => !PLACED.has(name));
  return (
    <dl className={styles['rows']}>
      <Row name="Sequence">
        <Link to="/history" search={{ after: Math.max(0, Number(event.sequence) - 1) }} title="In history">
          {Number(event.sequence).toLocaleString()}
        </Link>
      </Row>
      <Row name="Id">
        <Link to="/events/$id" params={{ id: event.id }}>
          <Text of={event.id} />
        </Link>
      </Row>
      <Row name="Subject">{event.subject === undefined ? undefined : <Text of={event.subject} />}</Row>
      <Row name="Source">
        <Text of={event.source} />
      </Row>
      <Row name="Happened">
        <Timestamp at={event.time} />
      </Row>
      <Row name="Recorded">
        <Timestamp at={event.recordedtime} />
      </Row>
      {event.datacontenttype !== undefined && (
        <Row name="Content type">
          <Text of={event.datacontenttype} />
        </Row>
      )}
      {event.dataschema !== undefined && (
        <Row name="Schema">
          <Text of={event.dataschema} />
        </Row>
      )}
      {others.map(([name, value]) => (
        <Row key={name} name={name}>
          <Text of={value} />
        </Row>
      ))}
    </dl>
  );
}

function Origin({ event }: { readonly event: SeenEvent }) {
  const traceId = traceIdOf(event.traceparent);
  return (
    <dl className={styles['rows']}>
      <Row name="Actor">{event.actorid === undefined ? undefined : <Text of={event.actorid} />}</Row>
      <Row name="Trace">
        {traceId !== undefined && (
          <span className={styles['copied']}>
            <code>{traceId}</code>
            <CopyButton name="Copy" text={() => traceId} />
          </span>
        )}
      </Row>
      <Row name="Caused by">
        {event.causationid === undefined ? undefined : <EventReference id={event.causationid} />}
      </Row>
      <Row name="Correlation">
        {event.correlationid === undefined ? undefined : <EventReference id={event.correlationid} />}
      </Row>
    </dl>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children === undefined || children === false ? <span className={styles['muted']}>none</span> : children}</dd>
    </div>
  );
}

/** As long as an attribute may be. */
function Text({ of }: { readonly of: unknown }) {
  return <ForeignText of={of} most={2048} />;
}
