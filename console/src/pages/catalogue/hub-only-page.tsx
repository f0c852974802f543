import { Link } from '@tanstack/react-router';
import { useDescription } from '../../hub/use-description.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Empty, Loading, Notice, Problem } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';

/** A type that the catalogue was not built with: the hub's own description of it, if it has one. */
export function HubOnlyPage({ type }: { readonly type: string }) {
  const { value: hub, error, isLoading, reload } = useDescription();
  const found = hub?.byType.get(type);
  if (found === undefined) {
    return (
      <Page title={type} about={<Link to="/catalogue">Catalogue</Link>}>
        {isLoading && <Loading lines={6} name="Asking the hub" />}
        {!isLoading && error !== undefined && (
          <Problem
            title="The catalogue has no such type, and the hub could not be asked"
            error={error}
            action={<Button onClick={reload}>Try again</Button>}
          />
        )}
        {hub !== undefined && (
          <Empty title="There is no such event type">
            <p>Neither this catalogue nor the hub has it. The name may be mistyped, or of another environment.</p>
            <Link to="/catalogue">See all event types</Link>
          </Empty>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={found.title}
      about={
        <>
          <Link to="/catalogue">Catalogue</Link> / <code>{type}</code>
        </>
      }
      actions={
        <Link to="/publish" search={{ type }} className={buttonClass('primary')}>
          Publish this
        </Link>
      }
    >
      <Notice tone="warn" title="Only the hub has this type">
        <p>The catalogue was built without it, so this is what the hub itself says: the schema and an example.</p>
      </Notice>
      <p>{found.description}</p>
      <Panel title="Schema" isFlush>
        <Code text={JSON.stringify(found.dataSchema, null, 2)} name="JSON Schema" />
      </Panel>
      {found.example !== undefined && (
        <Panel title="Example" isFlush>
          <Code text={JSON.stringify(found.example, null, 2)} name="Example of an event" />
        </Panel>
      )}
    </Page>
  );
}
