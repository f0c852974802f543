import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { visibleText } from '../event/visible-text.ts';
import { Field } from '../ui/field.tsx';
import styles from './list-field.module.css';

/** Several texts, each of which is added with Enter and taken away by its button. */
export function ListField({
  label,
  hint,
  values,
  suggestions,
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly values: readonly string[];
  readonly suggestions: readonly string[];
  readonly placeholder?: string;
  readonly onChange: (values: readonly string[]) => void;
}) {
  const [text, setText] = useState('');
  const list = useId();
  const add = (added: string) => {
    const value = added.trim();
    setText('');
    if (value !== '' && !values.includes(value)) onChange([...values, value]);
  };
  const remove = (value: string) => onChange(values.filter((each) => each !== value));
  const onKeyDown = (event: KeyboardEvent) => {
    const last = values.at(-1);
    if (event.key === 'Enter' && text.trim() !== '') {
      // It is for the list, and not for the form around it.
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '' && last !== undefined) remove(last);
  };
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <div className={styles['list']}>
          {values.map((value) => (
            <span key={value} className={styles['value']}>
              <bdi>{visibleText(value, 80)}</bdi>
              <button type="button" aria-label={`Remove ${visibleText(value, 80)}`} onClick={() => remove(value)}>
                <X size={14} aria-hidden />
              </button>
            </span>
          ))}
          <input
            {...wiring}
            type="text"
            className={styles['input']}
            list={list}
            value={text}
            placeholder={values.length === 0 ? placeholder : 'Add another'}
            maxLength={256}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={({ target }) => {
              // Chosen from the list, it comes whole; typed, it comes letter by letter.
              const isChosen = target.value.length > text.length + 1 && suggestions.includes(target.value);
              if (isChosen) add(target.value);
              else setText(target.value);
            }}
            onKeyDown={onKeyDown}
            onBlur={() => add(text)}
          />
          <datalist id={list}>
            {suggestions
              .filter((each) => !values.includes(each))
              .map((each) => (
                <option key={each} value={each} />
              ))}
          </datalist>
        </div>
      )}
    </Field>
  );
}
