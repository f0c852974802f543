import { Link } from '@tanstack/react-router';
import type { Subscription } from '@tidings/client';
import { CheckCheck } from 'lucide-react';
import { useCallback } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Loading, Notice } from '../../ui/notice.tsx';
import { Timestamp } from '../../ui/timestamp.tsx';
import styles from './subscriptions.module.css';

/** So many of the next events are shown. */
const SHOWN = 10;
const EVERY_SECONDS = 5;

/**
 * What a subscription gives next: the first events after its cursor. They are read from history with its filter, which
 * changes nothing, and answers for a paused one too.
 */
export function WaitingEvents({
  subscription: { cursor, filter },
  isBusy,
  onAcknowledge,
}: {
  readonly subscription: Subscription;
  readonly isBusy: boolean;
  readonly onAcknowledge: (sequence: number, epoch: string) => void;
}) {
  const { history, configuration } = useHub();
  const { epoch, sequence } = cursor;
  const asked = JSON.stringify(filter);
  const read = useCallback(
    (signal: AbortSignal) => {
      const after = { epoch, sequence };
      return history.page({ after, limit: SHOWN, filter: JSON.parse(asked), signal });
    },
    [history, epoch, sequence, asked],
  );
  const { value: page, error, reload } = useResource(read, { everySeconds: EVERY_SECONDS });
  if (page === undefined) {
    return error === undefined ? (
      <Loading lines={6} name="Loading what waits" />
    ) : (
      <HubProblem error={error} scope={configuration.readScope} onRetry={reload} />
    );
  }
  if (page.kind === 'reset') {
    return (
      <Notice
        tone="warn"
        title="History was cut after this cursor"
        action={
          <Button isBusy={isBusy} onClick={() => onAcknowledge(page.oldest - 1, page.epoch)}>
            Go on at the oldest
          </Button>
        }
      >
        <p>
          {page.reason === 'retention'
            ? 'What follows it is not kept any more.'
            : 'The cursor counts in another history than the log has now.'}{' '}
          Who consumes it is told so, and decides. What is left begins with {page.oldest.toLocaleString()}.
        </p>
      </Notice>
    );
  }
  if (page.events.length === 0) {
    const isAll = page.through >= page.head;
    return (
      <p className={styles['muted']}>
        {isAll
          ? 'Nothing waits: it has everything that you may see.'
          : `Nothing up to ${page.through.toLocaleString()} is for it and for you.`}
      </p>
    );
  }
  return (
    <ol className={styles['waiting']}>
      {page.events.map((event) => (
        <li key={event.id}>
          <span className={styles['number']}>{Number(event.sequence).toLocaleString()}</span>
          <span>
            <Link to="/events/$id" params={{ id: event.id }}>
              <bdi>{visibleText(event.type)}</bdi>
            </Link>
            <span className={styles['recorded']}>
              <Timestamp at={event.recordedtime} />
            </span>
          </span>
          <IconButton
            name={`Acknowledge up to ${Number(event.sequence).toLocaleString()}`}
            icon={<CheckCheck size={16} aria-hidden />}
            isBusy={isBusy}
            onClick={() => onAcknowledge(Number(event.sequence), page.epoch)}
          />
        </li>
      ))}
    </ol>
  );
}
