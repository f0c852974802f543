import { useId } from 'react';
import styles from './publish.module.css';

/** One of a few, side by side. */
export function Radios<Value extends string>({
  legend,
  choices,
  chosen,
  onChoose,
}: {
  readonly legend: string;
  readonly choices: readonly (readonly [value: Value, label: string, isDisabled?: boolean])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles['radios']}>
      <legend className="visually-hidden">{legend}</legend>
      {choices.map(([value, label, isDisabled = false]) => (
        <label key={value} className={styles['radio']}>
          <input
            type="radio"
            name={name}
            checked={value === chosen}
            disabled={isDisabled}
            onChange={() => onChoose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
