import type { CursorLike, Filter, SubscriptionToCreate, Violation } from '@tidings/client';
import { type FormEvent, useState } from 'react';
import { FilterFields } from '../../filter/filter-fields.tsx';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { useSubmission } from '../../ui/use-submission.ts';
import type { HeadOfLog } from './lag.ts';
import { MANAGE_SCOPE } from './manage-scope.ts';
import styles from './subscriptions.module.css';
import { codeOf } from './use-act.ts';
import { useFirstFocus } from './use-first-focus.ts';

type Start = 'head' | 'oldest' | 'cursor';

/** Creates a durable subscription. */
export function CreateDialog({
  head,
  onClose,
  onCreated,
}: {
  readonly head: HeadOfLog;
  readonly onClose: () => void;
  readonly onCreated: (name: string) => void;
}) {
  const { subscriptions } = useHub();
  const first = useFirstFocus();
  const [name, setName] = useState('');
  const [filter, setFilter] = useState<Filter>({});
  const [start, setStart] = useState<Start>('head');
  const [sequence, setSequence] = useState('');
  const { isBusy, error, submit } = useSubmission();
  const at = messagesOf(error);
  const create = (event: FormEvent) => {
    event.preventDefault();
    const cursor = cursorOf(start, sequence, head);
    const wanted: SubscriptionToCreate = { name: name.trim(), filter, ...(cursor !== undefined && { cursor }) };
    void submit(
      () => subscriptions.create(wanted),
      (created) => onCreated(created.name),
    );
  };
  const isSaidAtFields = at.name !== undefined || at.sequence !== undefined;
  return (
    <Dialog title="Create a subscription" onClose={onClose}>
      <form className={styles['form']} onSubmit={create} noValidate>
        <TextField
          label="Name"
          hint="Unique among the subscriptions of your tenant, such as billing."
          value={name}
          maxLength={256}
          error={at.name}
          ref={first}
          onChange={({ target }) => setName(target.value)}
        />
        <SelectField label="Begins with" value={start} onChange={({ target }) => setStart(target.value as Start)}>
          <option value="head">what comes from now on</option>
          <option value="oldest">the oldest event that is kept</option>
          <option value="cursor">what follows a sequence</option>
        </SelectField>
        {start === 'cursor' && (
          <TextField
            label="After sequence"
            hint={`The head is ${head.sequence.toLocaleString()}.`}
            inputMode="numeric"
            value={sequence}
            error={at.sequence}
            onChange={({ target }) => setSequence(target.value)}
          />
        )}
        <FilterFields filter={filter} onChange={setFilter} />
        {error !== undefined && !isSaidAtFields && (
          <HubProblem error={error} scope={MANAGE_SCOPE} title="It was not created" />
        )}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={isBusy}>
            Create
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function cursorOf(start: Start, sequence: string, { epoch }: HeadOfLog): CursorLike | 'oldest' | undefined {
  if (start === 'oldest') return 'oldest';
  // What is no number is refused by the client, in words and at its place.
  return start === 'cursor' ? { epoch, sequence: sequence.trim() === '' ? Number.NaN : Number(sequence) } : undefined;
}

/** What is wrong with the fields, as far as an error says so. */
function messagesOf(error: unknown): { readonly name: string | undefined; readonly sequence: string | undefined } {
  const { errors = [] } = (error ?? {}) as { readonly errors?: readonly Violation[] };
  const at = (end: string) => errors.find(({ path }) => path.endsWith(end))?.message;
  return {
    name: codeOf(error) === 'SUBSCRIPTION_EXISTS' ? 'There is one of this name already' : at('/name'),
    sequence: at('/sequence'),
  };
}
