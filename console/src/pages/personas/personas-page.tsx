import { useHub } from '../../hub/hub-context.tsx';
import { useDescription } from '../../hub/use-description.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Loading, Problem } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { SideBySide } from './side-by-side.tsx';

/** Two people of the sandbox side by side: an event is published once, and one sees who receives it, and why not. */
export function PersonasPage() {
  const { configuration } = useHub();
  const { value, error, reload } = useDescription();
  const [first] = value?.types ?? [];
  return (
    <Page title="Personas" about="Publish once, see who receives it, and which rule keeps it from whoever does not.">
      {configuration.sandbox === undefined ? (
        <Empty title="Only a sandbox has personas">
          <p>A deployed hub gives tokens to people who sign in, and not to whomever one would like to be.</p>
        </Empty>
      ) : value !== undefined && first !== undefined ? (
        <SideBySide types={value.types} first={value.byType.get('bank.test:created@v1') ?? first} />
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
