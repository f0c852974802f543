import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import type { HeadOfLog } from './lag.ts';
import styles from './subscriptions.module.css';

/** Moves a cursor forward by hand, for what nobody is to get any more. */
export function AcknowledgeForm({
  head,
  isBusy,
  onAcknowledge,
}: {
  readonly head: HeadOfLog;
  readonly isBusy: boolean;
  readonly onAcknowledge: (sequence: number, epoch: string) => void;
}) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const digits = text.trim().replaceAll(/[\s,.'’_]/g, '');
    const isNumber = /^\d{1,15}$/.test(digits);
    setError(isNumber ? undefined : 'Expected a whole number');
    if (isNumber) onAcknowledge(Number(digits), head.epoch);
  };
  return (
    <form className={styles['acknowledge']} onSubmit={submit} noValidate>
      <TextField
        label="Acknowledge up to sequence"
        hint={`The head is ${head.sequence.toLocaleString()}. What is acknowledged does not come again.`}
        inputMode="numeric"
        value={text}
        error={error}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" isBusy={isBusy}>
        Acknowledge
      </Button>
    </form>
  );
}
