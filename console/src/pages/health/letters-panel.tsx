import type { DeadLetterQueueName, HubHealth, RedriveAnswer } from '@tidings/client';
import { MailCheck, RotateCw } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useHub, useSession } from '../../hub/hub-context.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Loading, Notice, Problem } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Choices } from './choices.tsx';
import { DEAD_LETTER_QUEUES, lettersText, outcomeOf } from './dead-letter-queues.ts';
import styles from './health.module.css';
import { LettersTable } from './letters-table.tsx';
import { RedriveDialog } from './redrive-dialog.tsx';

const MOST_SHOWN = 50;

/** Messages that the hub could not deal with, queue by queue, and sending them back. */
export function LettersPanel({
  queue,
  onQueue,
  health,
  onRedriven,
}: {
  readonly queue: DeadLetterQueueName;
  readonly onQueue: (queue: DeadLetterQueueName) => void;
  readonly health: HubHealth | undefined;
  readonly onRedriven: () => void;
}) {
  const { about } = DEAD_LETTER_QUEUES.find(({ name }) => name === queue) ?? {};
  return (
    <Panel
      isFlush
      title="Dead letters"
      actions={
        <Choices
          name="Queue"
          options={DEAD_LETTER_QUEUES.map(({ name, title, counted }) => {
            const fill = health?.queues[counted];
            const count = fill === undefined ? '' : ` ${fill.waiting + fill.inFlight}`;
            return { value: name, label: `${title}${count}` };
          })}
          chosen={queue}
          onChoose={onQueue}
        />
      }
    >
      <p className={styles['lettersAbout']}>{about}</p>
      <Letters key={queue} queue={queue} onRedriven={onRedriven} />
    </Panel>
  );
}

function Letters({ queue, onRedriven }: { readonly queue: DeadLetterQueueName; readonly onRedriven: () => void }) {
  const { operations } = useHub();
  const { identity } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [meant, setMeant] = useState<readonly string[] | 'all'>();
  const [answer, setAnswer] = useState<RedriveAnswer>();
  const read = useCallback(
    (signal: AbortSignal) => operations.deadLetters({ queue, limit: MOST_SHOWN, signal }),
    [operations, queue],
  );
  // Looking hides letters from others for some seconds, so it is not done again and again.
  const { value, error, isLoading, reload } = useResource(read);
  const letters = value?.letters ?? [];
  const stillChosen = letters.filter(({ letterId }) => chosen.has(letterId)).map(({ letterId }) => letterId);
  const mayRedrive = identity.scopes.includes('operations:write');

  return (
    <>
      <div className={styles['lettersBar']}>
        <Button icon={<RotateCw size={16} aria-hidden />} onClick={reload} isBusy={isLoading}>
          Look again
        </Button>
        <Button
          variant="primary"
          disabled={!mayRedrive || stillChosen.length === 0}
          onClick={() => setMeant(stillChosen)}
        >
          {stillChosen.length === 0 ? 'Redrive chosen' : `Redrive ${lettersText(stillChosen.length)}`}
        </Button>
        <Button disabled={!mayRedrive || letters.length === 0} onClick={() => setMeant('all')}>
          Redrive all
        </Button>
        {!mayRedrive && (
          <span className={styles['muted']}>
            Sending letters back takes the scope <code>operations:write</code>.
          </span>
        )}
      </div>
      {answer !== undefined && <Outcome answer={answer} />}
      {error !== undefined && (
        <Problem
          title="The letters could not be read"
          error={error}
          action={<Button onClick={reload}>Try again</Button>}
        />
      )}
      {value === undefined && isLoading && <Loading lines={3} name="Looking through the queue" />}
      {value !== undefined && letters.length === 0 && (
        <Empty icon={<MailCheck size={28} aria-hidden />} title="No letter here">
          <p>
            {value.complete ? 'Everything in this queue was dealt with.' : 'Not all of the queue was seen: look again.'}
          </p>
        </Empty>
      )}
      {letters.length > 0 && (
        <>
          <LettersTable letters={letters} chosen={chosen} onChoose={setChosen} />
          <p className={styles['lettersFoot']}>
            {lettersText(letters.length)} shown, the oldest first; about {value?.waiting ?? 0} in the queue, whosever
            they are.{value?.complete === false && ' Not all of it was seen: there may be others of yours.'}
          </p>
        </>
      )}
      {meant !== undefined && (
        <RedriveDialog
          queue={queue}
          meant={meant}
          onClose={() => setMeant(undefined)}
          onDone={(done) => {
            setMeant(undefined);
            setAnswer(done);
            setChosen(new Set());
            reload();
            onRedriven();
          }}
        />
      )}
    </>
  );
}

function Outcome({ answer }: { readonly answer: RedriveAnswer }) {
  const { text, isWhole } = outcomeOf(answer);
  return (
    <Notice tone={isWhole ? 'good' : 'warn'} title={text}>
      {(answer.problems ?? []).map(({ message, count }) => (
        <p key={message}>
          {lettersText(count)}: {message}
        </p>
      ))}
    </Notice>
  );
}
