import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function EventPage() {
  return (
    <Page title="Event">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
