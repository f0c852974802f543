import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function LivePage() {
  return (
    <Page title="Live">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
