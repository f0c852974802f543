import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function HealthPage() {
  return (
    <Page title="Health">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
