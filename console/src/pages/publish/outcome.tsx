import { Link } from '@tanstack/react-router';
import type { PublishError } from '@tidings/client';
import { RotateCw } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { ForeignText } from '../../event/foreign-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice, Problem, Violation } from '../../ui/notice.tsx';
import styles from './publish.module.css';
import type { Sent } from './use-publish.ts';
import type { Watch } from './watch.ts';

type SentOne = Extract<Sent, { kind: 'one' }>;

/** What became of the event that was sent last, as far as it is known. */
export function Outcome({ sent, onAgain }: { readonly sent: SentOne; readonly onAgain: (before?: number) => void }) {
  const { event, state, error, way } = sent;
  const sighting = useSyncExternalStore(sent.watch.subscribe, () => sent.watch.sighting);
  const before = sighting.kind === 'recorded' ? sighting.sequence : sent.before;
  const again = (
    <Button icon={<RotateCw size={16} aria-hidden />} onClick={() => onAgain(before)}>
      Send again with the same id
    </Button>
  );
  if (state === 'sending') {
    return (
      <Notice title={way === 'bus' ? 'Putting it on the bus …' : 'Sending it to the hub …'}>
        <p>
          Id{' '}
          <code>
            <ForeignText of={event.id} most={256} />
          </code>
        </p>
      </Notice>
    );
  }
  if (state === 'refused' && error !== undefined) return <Refusal error={error} again={again} sent={sent} />;
  return (
    <div className={styles['outcome']}>
      <Notice tone="good" title={way === 'bus' ? 'On the bus' : 'Accepted'} action={again}>
        <p>
          Id{' '}
          <code>
            <ForeignText of={event.id} most={256} />
          </code>
        </p>
      </Notice>
      <Sighted watch={sent.watch} id={event.id} before={sent.before} isOnBus={way === 'bus'} />
    </div>
  );
}

function Sighted({
  watch,
  id,
  before,
  isOnBus,
}: {
  readonly watch: Watch;
  readonly id: string;
  readonly before: number | undefined;
  readonly isOnBus: boolean;
}) {
  const sighting = useSyncExternalStore(watch.subscribe, () => watch.sighting);
  switch (sighting.kind) {
    case 'waiting':
      return <Notice title="Waiting until it is recorded …" />;
    case 'recorded': {
      const { sequence, by, milliseconds } = sighting;
      const isSame = before === sequence;
      return (
        <Notice
          tone="good"
          title={isSame ? `Recorded once: it still is number ${sequence}` : `Recorded as number ${sequence}`}
          action={
            <Link to="/events/$id" params={{ id }}>
              See the event
            </Link>
          }
        >
          <p>
            {by === 'live' ? 'It came in live' : 'It was found in the history'} {milliseconds} ms after it was sent.
          </p>
        </Notice>
      );
    }
    case 'hidden':
      return (
        <Notice tone="info" title="You may not see this event">
          <p>
            It is for others than you ({sighting.rules.join(', ')}), so nothing that you ask can show that it is there.
            Those whom it is for receive it.
          </p>
        </Notice>
      );
    case 'missing':
      return (
        <>
          <Notice tone="warn" title="It has not been seen yet">
            <p>
              {isOnBus
                ? 'A bus takes what is no event, too. What the hub cannot record ends in the dead letters, with its reason: see Health.'
                : 'It is accepted, so it is on its way or in the dead letters: see Health, or send it again with the same id.'}
            </p>
          </Notice>
          {sighting.error !== undefined && <Problem error={sighting.error} title="Looking for it did not work" />}
        </>
      );
  }
}

function Refusal({
  error,
  again,
  sent,
}: {
  readonly error: PublishError;
  readonly again: React.ReactNode;
  readonly sent: SentOne;
}) {
  const { code, detail, advice, status, outcome } = error;
  if (outcome === 'unknown') {
    return (
      <div className={styles['outcome']}>
        <Notice tone="warn" title={`Nobody knows whether it was recorded (${code})`} action={again}>
          <p>
            <ForeignText of={detail} most={1024} />
          </p>
          <p>The answer was lost. Sending it again with the same id is safe: it is recorded once.</p>
        </Notice>
        <Sighted watch={sent.watch} id={sent.event.id} before={sent.before} isOnBus={sent.way === 'bus'} />
      </div>
    );
  }
  const who = status === undefined ? 'Not sent, or not answered' : `The hub answered ${status}`;
  return (
    <Notice tone="bad" title={`Not accepted (${code})`} action={error.retryable ? again : undefined}>
      <p>
        {who}: <ForeignText of={detail} most={1024} />
      </p>
      <p>{advice}</p>
      {error.errors.length > 0 && (
        <ul className={styles['errors']}>
          {error.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <Violation path={path} message={message} />
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
