import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function HistoryPage() {
  return (
    <Page title="History">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
