import { getRouteApi } from '@tanstack/react-router';
import { visibleText } from '../../event/visible-text.ts';
import { useDescription } from '../../hub/use-description.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Loading, Notice, Problem } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Composer } from './composer.tsx';

const route = getRouteApi('/publish');

/** What one begins with where the address names no type. */
const FIRST = 'bank.transaction:created@v1';

/** Sends events: one from a form that is made of its schema, copies of it, or a list. */
export function PublishPage() {
  const { type } = route.useSearch();
  const { value, error, reload } = useDescription();
  const asked = type === undefined ? undefined : value?.byType.get(type);
  const first = asked ?? value?.byType.get(FIRST) ?? value?.types[0];
  return (
    <Page
      title="Publish"
      about="Send an event as a producer would: by a form, as JSON or as a list. What the hub refuses stands at the field that it names."
    >
      {value !== undefined && type !== undefined && asked === undefined && (
        <Notice tone="warn" title="This hub has no such event type">
          <p>
            The address asks for <code>{visibleText(type)}</code>. Choose one that there is.
          </p>
        </Notice>
      )}
      {value !== undefined && first !== undefined ? (
        <Composer key={first.type} types={value.types} first={first} />
      ) : value !== undefined ? (
        <Empty title="This hub has no event types">
          <p>Add a schema under schemas/ and deploy it.</p>
        </Empty>
      ) : error !== undefined ? (
        <Problem
          error={error}
          title="The hub's event types could not be read"
          action={<Button onClick={reload}>Try again</Button>}
        />
      ) : (
        <Loading lines={12} name="Loading the event types" />
      )}
    </Page>
  );
}
