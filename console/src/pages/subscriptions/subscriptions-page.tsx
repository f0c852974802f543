import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, Plus, Waypoints } from 'lucide-react';
import { useCallback, useState } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { useHub, useSession } from '../../hub/hub-context.tsx';
import { HubProblem, MissingScope } from '../../hub/hub-problem.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Empty, Loading } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { readHead } from '../history/read-history.ts';
import { CreateDialog } from './create-dialog.tsx';
import { MANAGE_SCOPE } from './manage-scope.ts';
import { SubscriptionDetails } from './subscription-details.tsx';
import { SubscriptionTable } from './subscription-table.tsx';
import styles from './subscriptions.module.css';

const EVERY_SECONDS = 5;

const route = getRouteApi('/subscriptions');

/** The durable subscriptions of the tenant. */
export function SubscriptionsPage() {
  const { subscriptions, history, configuration } = useHub();
  const { identity } = useSession();
  const { name: chosen } = route.useSearch();
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  const read = useCallback(
    async (signal: AbortSignal) => {
      const [list, head] = await Promise.all([subscriptions.list({ signal }), readHead(history, signal)]);
      return { list, head };
    },
    [subscriptions, history],
  );
  const { value, error, reload } = useResource(read, { everySeconds: EVERY_SECONDS });
  const mayManage = identity.scopes.includes(MANAGE_SCOPE);
  const subscription = value?.list.find(({ name }) => name === chosen);
  return (
    <Page
      title="Subscriptions"
      about="Durable ones: the hub keeps where each stands, so that whoever consumes it misses nothing."
      actions={
        <Button
          variant="primary"
          icon={<Plus size={16} aria-hidden />}
          disabled={!mayManage || value === undefined}
          onClick={() => setCreating(true)}
        >
          Create
        </Button>
      }
    >
      {!mayManage && <MissingScope scope={MANAGE_SCOPE} to="create, change or delete subscriptions" />}
      {error !== undefined && <HubProblem error={error} scope={configuration.readScope} onRetry={reload} />}
      {value === undefined && error === undefined && (
        <Panel title="All">
          <Loading lines={6} name="Loading subscriptions" />
        </Panel>
      )}
      {value !== undefined && (
        <div className={`${styles['both']} ${chosen === undefined ? '' : styles['split']}`}>
          <div className={styles['all']}>
            <Panel title={`${value.list.length} of this tenant`} isFlush>
              {value.list.length === 0 ? (
                <Empty icon={<Waypoints size={28} aria-hidden />} title="There are no subscriptions yet">
                  <p>One keeps its place while nobody is connected. Create it here, or through the API.</p>
                </Empty>
              ) : (
                <SubscriptionTable subscriptions={value.list} head={value.head} chosen={chosen} />
              )}
            </Panel>
          </div>
          {chosen !== undefined && (
            <div className={styles['one']}>
              <Link to="/subscriptions" search={{}} className={`${buttonClass('quiet')} ${styles['back']}`}>
                <ArrowLeft size={16} aria-hidden />
                All subscriptions
              </Link>
              {subscription === undefined ? (
                <Panel title={<bdi>{visibleText(chosen, 256)}</bdi>}>
                  <Empty title="There is no subscription of this name">
                    <p>It was deleted, or there never was one.</p>
                  </Empty>
                </Panel>
              ) : (
                <SubscriptionDetails
                  key={subscription.name}
                  subscription={subscription}
                  head={value.head}
                  mayManage={mayManage}
                  onChanged={reload}
                />
              )}
            </div>
          )}
        </div>
      )}
      {isCreating && value !== undefined && (
        <CreateDialog
          head={value.head}
          onClose={() => setCreating(false)}
          onCreated={(name) => {
            setCreating(false);
            reload();
            void navigate({ to: '/subscriptions', search: { name } });
          }}
        />
      )}
    </Page>
  );
}
