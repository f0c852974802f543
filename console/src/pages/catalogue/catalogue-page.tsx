import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function CataloguePage() {
  return (
    <Page title="Catalogue">
      <Empty title="Nothing here yet" />
    </Page>
  );
}
