import { type ComponentProps, type ReactNode, useId } from 'react';
import styles from './field.module.css';

interface Texts {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; the field is marked as invalid then. */
  readonly error?: string | undefined;
}

interface Wiring {
  readonly id: string;
  readonly className: string;
  readonly 'aria-invalid'?: true;
  readonly 'aria-describedby'?: string;
}

/** The class of an input, for those that are not one of these fields. */
export const inputClass = styles['input'] ?? '';

/** A label, what is to be filled in, a hint and an error, held together for screen readers. */
export function Field({ label, hint, error, children }: Texts & { readonly children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const describedBy = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: inputClass,
        ...(error !== undefined && { 'aria-invalid': true }),
        ...(describedBy.length > 0 && { 'aria-describedby': describedBy.join(' ') }),
      })}
      {hint !== undefined && (
        <span id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span id={`${id}-error`} className={styles['error']}>
          {error}
        </span>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...input }: Texts & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => <input type="text" autoComplete="off" spellCheck={false} {...input} {...wiring} />}
    </Field>
  );
}

export function SelectField({ label, hint, error, children, ...select }: Texts & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <select {...select} {...wiring}>
          {children}
        </select>
      )}
    </Field>
  );
}
