import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import styles from './health.module.css';

/** A few things of which one is chosen. */
export function Choices<Value extends string | number>({
  name,
  options,
  chosen,
  onChoose,
}: {
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode }[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}) {
  return (
    <fieldset className={styles['choices']}>
      <legend className="visually-hidden">{name}</legend>
      {options.map(({ value, label }) => (
        <Button key={value} aria-pressed={value === chosen} onClick={() => onChoose(value)}>
          {label}
        </Button>
      ))}
    </fieldset>
  );
}
