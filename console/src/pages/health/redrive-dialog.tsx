import type { DeadLetterQueueName, RedriveAnswer } from '@tidings/client';
import { useState } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { useHub, useSession } from '../../hub/hub-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Problem } from '../../ui/notice.tsx';
import { lettersText } from './dead-letter-queues.ts';

/** Asks before letters are sent back, and sends them. */
export function RedriveDialog({
  queue,
  meant,
  onClose,
  onDone,
}: {
  readonly queue: DeadLetterQueueName;
  /** Ids of letters, or all of the queue. */
  readonly meant: readonly string[] | 'all';
  readonly onClose: () => void;
  readonly onDone: (answer: RedriveAnswer) => void;
}) {
  const { operations } = useHub();
  const { tenant } = useSession().identity;
  const [isSending, setIsSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const whose = tenant === undefined ? 'all letters, of every tenant,' : `all letters of ${visibleText(tenant)}`;

  const send = () => {
    setIsSending(true);
    setError(undefined);
    operations.redrive(meant === 'all' ? { queue, all: true } : { queue, letterIds: meant }).then(onDone, (thrown) => {
      setIsSending(false);
      setError(thrown);
    });
  };

  return (
    <Dialog title="Send back?" onClose={onClose}>
      <p>
        {meant === 'all' ? `This sends ${whose}` : `This sends ${lettersText(meant.length)}`} in the queue{' '}
        <code>{queue}</code> back to where they were before. Doing so twice does no harm: an event is recorded once.
        What still cannot be dealt with comes back here.
      </p>
      {error !== undefined && <Problem title="The letters were not all sent" error={error} />}
      <DialogActions>
        <Button onClick={onClose} disabled={isSending}>
          Cancel
        </Button>
        <Button variant="primary" onClick={send} isBusy={isSending}>
          {isSending ? 'Sending…' : 'Send back'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
