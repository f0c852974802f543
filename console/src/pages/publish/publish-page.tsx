import { useDescription } from '../../hub/use-description.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Loading, Problem } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Composer } from './composer.tsx';

/** Sends events: one from a form that is made of its schema, copies of it, or a list. */
export function PublishPage() {
  const { value, error, reload } = useDescription();
  const [first] = value?.types ?? [];
  return (
    <Page title="Publish" about="Send an event as a producer would, and see what the hub makes of it.">
      {value !== undefined && first !== undefined ? (
        <Composer types={value.types} first={value.byType.get('bank.transaction:created@v1') ?? first} />
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
