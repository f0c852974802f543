import type { Violation } from '@tidings/client';
import { useRef, useState } from 'react';
import { Field } from '../../ui/field.tsx';
import styles from './form.module.css';
import { type JsonMistake, lineAndColumn, placeOf, readJson } from './json-text.ts';

/** The data of an event as text. Only what is JSON goes on to the form; what is not yet is said with its place. */
export function JsonField({
  data,
  violations,
  onChange,
  onMistake,
}: {
  /** What it begins with. */
  readonly data: unknown;
  /** With pointers into the event. */
  readonly violations: readonly Violation[];
  readonly onChange: (data: unknown) => void;
  readonly onMistake: (mistake: JsonMistake | undefined) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(data, undefined, 2) ?? '');
  const [mistake, setMistake] = useState<JsonMistake>();
  const area = useRef<HTMLTextAreaElement>(null);
  const edit = (next: string) => {
    setText(next);
    const reading = readJson(next);
    const found = 'mistake' in reading ? reading.mistake : undefined;
    setMistake(found);
    onMistake(found);
    if ('value' in reading) onChange(reading.value);
  };
  const ofData = violations.filter(({ path }) => path === '/data' || path.startsWith('/data/'));
  const places = mistake === undefined ? ofData.map((violation) => ({ ...violation, ...found(text, violation) })) : [];
  const select = ({ from, to }: { readonly from: number; readonly to: number }) => {
    area.current?.focus();
    area.current?.setSelectionRange(from, to);
  };
  const error =
    mistake !== undefined
      ? `Line ${mistake.line}, column ${mistake.column}: ${mistake.message}`
      : places.length > 0
        ? `${places.length === 1 ? 'One value is' : `${places.length} values are`} not as the schema asks`
        : undefined;
  return (
    <>
      <Field label="Data as JSON" error={error}>
        {(wiring) => (
          <textarea
            ref={area}
            name="/data"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            value={text}
            onChange={({ target }) => edit(target.value)}
            {...wiring}
            className={`${wiring.className} ${styles['text'] ?? ''}`}
          />
        )}
      </Field>
      {places.length > 0 && (
        <ul className={styles['places']}>
          {places.map((place) => (
            <li key={`${place.path} ${place.message}`}>
              <button type="button" className={styles['place']} onClick={() => select(place)}>
                Line {place.line}, column {place.column}
              </button>{' '}
              <code>{place.path}</code> {place.message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function found(text: string, { path }: Violation) {
  const { from, to } = placeOf(text, path.slice('/data'.length)) ?? { from: 0, to: text.length };
  return { from, to, ...lineAndColumn(text, from) };
}
