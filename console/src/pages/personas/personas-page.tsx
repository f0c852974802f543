import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function PersonasPage() {
  return (
    <Page title="Personas">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
