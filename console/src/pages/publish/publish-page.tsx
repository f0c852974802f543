import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function PublishPage() {
  return (
    <Page title="Publish">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
