import { Upload } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type ListEntry, MOST_EVENTS } from './batch.ts';
import form from './form.module.css';
import styles from './publish.module.css';

/** A file above this is no list that one looks at in a page. In bytes. */
const LARGEST_FILE = 20 * 1024 * 1024;
/** Text above this is not shown for editing: an input that holds megabytes makes the page slow. In characters. */
const MOST_SHOWN = 500_000;

/** A list of events that is pasted, typed, or dropped as a file. */
export function ListFields({
  text,
  entries,
  hasNewIds,
  onText,
  onNewIds,
}: {
  readonly text: string;
  readonly entries: readonly ListEntry[];
  readonly hasNewIds: boolean;
  readonly onText: (text: string) => void;
  readonly onNewIds: (hasNewIds: boolean) => void;
}) {
  const [file, setFile] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const read = async (given: File | undefined) => {
    if (given === undefined) return;
    if (given.size > LARGEST_FILE) {
      setProblem(`${given.name} has ${given.size} bytes; a list may have ${LARGEST_FILE}. Split it.`);
      return;
    }
    setProblem(undefined);
    setFile(given.name);
    onText(await given.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  const mistakes = entries.flatMap((entry) => (entry.kind === 'mistake' ? [entry.mistake] : []));
  const [first] = mistakes;
  const isTooMuch = entries.length > MOST_EVENTS;
  const error =
    problem ??
    (isTooMuch
      ? `${entries.length} events; send at most ${MOST_EVENTS} at a time`
      : first === undefined
        ? undefined
        : `Line ${first.line}, column ${first.column}: ${first.message}${mistakes.length > 1 ? `; and ${mistakes.length - 1} more` : ''}`);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a short cut; the button beside it does the same
    <div className={styles['list']} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      {text.length > MOST_SHOWN ? (
        <Notice title={`${file ?? 'The text'}: ${entries.length} events`}>
          <p>It is too long to be shown here. It will be sent as it is.</p>
        </Notice>
      ) : (
        <Field
          label="Events"
          hint="A JSON array, or one event a line (NDJSON). What an event leaves out of id, time, source and tenant is filled in; what only a hub adds is taken off."
          error={error}
        >
          {(wiring) => (
            <textarea
              name="/list"
              spellCheck={false}
              value={text}
              onChange={({ target }) => onText(target.value)}
              {...wiring}
              className={`${wiring.className} ${form['text'] ?? ''}`}
            />
          )}
        </Field>
      )}
      {text.length > MOST_SHOWN && error !== undefined && (
        <p className={form['error']} tabIndex={-1} data-invalid>
          {error}
        </p>
      )}
      <div className={styles['row']}>
        <input
          ref={input}
          type="file"
          hidden
          accept=".json,.ndjson,.jsonl,application/json"
          onChange={({ target }) => {
            void read(target.files?.[0]);
            target.value = '';
          }}
        />
        <Button icon={<Upload size={16} aria-hidden />} onClick={() => input.current?.click()}>
          Take a file
        </Button>
        {text !== '' && <Button onClick={() => onText('')}>Empty it</Button>}
        <label className={form['tick']}>
          <input type="checkbox" checked={hasNewIds} onChange={({ target }) => onNewIds(target.checked)} />
          Under new ids
        </label>
      </div>
    </div>
  );
}
