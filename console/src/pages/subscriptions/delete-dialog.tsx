import { type FormEvent, useState } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { useSubmission } from '../../ui/use-submission.ts';
import { MANAGE_SCOPE } from './manage-scope.ts';
import styles from './subscriptions.module.css';
import { codeOf } from './use-act.ts';
import { useFirstFocus } from './use-first-focus.ts';

/** Deletes a subscription with its cursor, after its name was typed. */
export function DeleteDialog({
  name,
  onClose,
  onDeleted,
}: {
  readonly name: string;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const { subscriptions } = useHub();
  const first = useFirstFocus();
  const [typed, setTyped] = useState('');
  const { isBusy, error, submit } = useSubmission();
  const remove = (event: FormEvent) => {
    event.preventDefault();
    if (typed !== name) return;
    void submit(
      () =>
        subscriptions.delete(name).catch((failure: unknown) => {
          // Somebody else was faster; it is gone, as was wished.
          if (codeOf(failure) !== 'SUBSCRIPTION_NOT_FOUND') throw failure;
        }),
      onDeleted,
    );
  };
  return (
    <Dialog title="Delete the subscription" onClose={onClose}>
      <form className={styles['form']} onSubmit={remove}>
        <p>
          <strong>
            <bdi>{visibleText(name, 256)}</bdi>
          </strong>{' '}
          goes with its cursor, for good. Whoever consumes it gets nothing any more. The events stay.
        </p>
        <TextField
          label="Type its name to confirm"
          value={typed}
          ref={first}
          onChange={({ target }) => setTyped(target.value)}
        />
        {error !== undefined && <HubProblem error={error} scope={MANAGE_SCOPE} title="It was not deleted" />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={typed !== name} isBusy={isBusy}>
            Delete
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
