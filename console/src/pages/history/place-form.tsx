import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import styles from './history-page.module.css';
import type { Place } from './history-search.ts';

type Kind = 'newest' | 'after' | 'since';

/** Where in history to look: at its end, after a number, or since a time. */
export function PlaceForm({ place, onGo }: { readonly place: Place; readonly onGo: (place: Place) => void }) {
  const [kind, setKind] = useState<Kind>(place.kind === 'before' ? 'newest' : place.kind);
  const [sequence, setSequence] = useState(place.kind === 'after' ? String(place.sequence) : '');
  const [time, setTime] = useState(place.kind === 'since' ? localTime(place.time) : '');
  const [error, setError] = useState<string>();
  const go = (event: FormEvent) => {
    event.preventDefault();
    const found = placeOf(kind, sequence, time);
    setError(typeof found === 'string' ? found : undefined);
    if (typeof found === 'object') onGo(found);
  };
  return (
    <form className={styles['place']} onSubmit={go} noValidate>
      <SelectField label="Events" value={kind} onChange={({ target }) => setKind(target.value as Kind)}>
        <option value="newest">the newest</option>
        <option value="after">after a sequence</option>
        <option value="since">since a time</option>
      </SelectField>
      {kind === 'after' && (
        <TextField
          label="After sequence"
          inputMode="numeric"
          placeholder="0 for the oldest"
          value={sequence}
          error={error}
          onChange={({ target }) => setSequence(target.value)}
        />
      )}
      {kind === 'since' && (
        <TextField
          label="Since, in your time zone"
          type="datetime-local"
          step={1}
          value={time}
          error={error}
          onChange={({ target }) => setTime(target.value)}
        />
      )}
      <Button type="submit" variant="primary">
        Show
      </Button>
    </form>
  );
}

function placeOf(kind: Kind, sequence: string, time: string): Place | string {
  if (kind === 'newest') return { kind };
  if (kind === 'after') {
    const number = sequence.trim().replaceAll(/[\s,.'’_]/g, '');
    return /^\d{1,15}$/.test(number)
      ? { kind, sequence: Number(number), epoch: undefined }
      : 'Expected a whole number from 0 on';
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'Expected a date and a time' : { kind, time: date.toISOString() };
}

/** As the browser's field for a time has it: in the reader's zone, to the second. */
function localTime(time: string): string {
  const date = new Date(time);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
