import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function SubscriptionsPage() {
  return (
    <Page title="Subscriptions">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
