import { Link } from '@tanstack/react-router';
import type { Subscription } from '@tidings/client';
import { visibleText } from '../../event/visible-text.ts';
import { Pill } from '../../ui/pill.tsx';
import { Timestamp } from '../../ui/timestamp.tsx';
import { type HeadOfLog, lagOf } from './lag.ts';
import { LagPill } from './lag-pill.tsx';
import styles from './subscriptions.module.css';

/** All subscriptions of the tenant. */
export function SubscriptionTable({
  subscriptions,
  head,
  chosen,
}: {
  readonly subscriptions: readonly Subscription[];
  readonly head: HeadOfLog;
  readonly chosen: string | undefined;
}) {
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col" className={styles['number']}>
            Cursor
          </th>
          <th scope="col" className={styles['number']}>
            Lag
          </th>
          <th scope="col">Created</th>
        </tr>
      </thead>
      <tbody>
        {subscriptions.map((subscription) => (
          <tr key={subscription.name} className={subscription.name === chosen ? styles['chosen'] : ''}>
            <th scope="row">
              <Link
                to="/subscriptions"
                search={{ name: subscription.name }}
                resetScroll={false}
                className={styles['link']}
                aria-current={subscription.name === chosen ? 'true' : undefined}
              >
                <bdi>{visibleText(subscription.name, 256)}</bdi>
              </Link>
            </th>
            <td>
              <StatusPill status={subscription.status} />
            </td>
            <td className={styles['number']} data-label="Cursor">
              {subscription.cursor.sequence.toLocaleString()}
            </td>
            <td className={styles['number']} data-label="Lag">
              <LagPill lag={lagOf(subscription, head)} />
            </td>
            <td className={styles['created']}>
              <Timestamp at={subscription.created} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether a subscription delivers. */
export function StatusPill({ status }: Pick<Subscription, 'status'>) {
  return (
    <Pill tone={status === 'active' ? 'good' : 'warn'} hasDot>
      {status}
    </Pill>
  );
}
