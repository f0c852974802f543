import type { WidgetProps } from '@rjsf/utils';
import { Field } from '../../ui/field.tsx';
import styles from './form.module.css';

/** What of a form's field is said around its input. */
function textsOf({ label, required, schema, rawErrors = [] }: WidgetProps) {
  // The form counts the entries of a list as in "Targets-1".
  const name = label.replace(/-(\d+)$/, ' $1');
  return {
    label: required === true || name !== label ? name : `${name} (optional)`,
    ...(schema.description !== undefined && { hint: schema.description }),
    ...(rawErrors.length > 0 && { error: rawErrors.join('; ') }),
  };
}

/** Texts and numbers. A number is typed as a text, so that one sees what one has typed, also if it is none. */
export function TextInput(props: WidgetProps) {
  const { value, schema, htmlName, onChange, disabled, readonly } = props;
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  const isFixed = schema.const !== undefined && value === schema.const;
  return (
    <Field {...textsOf(props)}>
      {(wiring) => (
        <input
          type="text"
          autoComplete="off"
          spellCheck={schema.format === undefined && schema.pattern === undefined && !isNumber}
          name={htmlName}
          value={value === undefined || value === null ? '' : String(value)}
          placeholder={PLACEHOLDERS[schema.format ?? '']}
          inputMode={isNumber ? 'decimal' : undefined}
          disabled={disabled}
          readOnly={readonly === true || isFixed}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
          {...wiring}
        />
      )}
    </Field>
  );
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T09:30:00Z',
  date: '2026-01-31',
  time: '09:30:00Z',
  email: 'name@example.com',
  uri: 'https://example.com/',
};

export function LongTextInput(props: WidgetProps) {
  const { value, htmlName, onChange, disabled, readonly } = props;
  return (
    <Field {...textsOf(props)}>
      {(wiring) => (
        <textarea
          rows={4}
          name={htmlName}
          value={typeof value === 'string' ? value : ''}
          disabled={disabled}
          readOnly={readonly}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
          {...wiring}
        />
      )}
    </Field>
  );
}

/** One of a schema's values. A value that is none of them is shown as what it is, and can be sent. */
export function Choice(props: WidgetProps) {
  const { value, htmlName, onChange, disabled, readonly, options } = props;
  const choices = options.enumOptions ?? [];
  const chosen = choices.findIndex((choice) => JSON.stringify(choice.value) === JSON.stringify(value));
  return (
    <Field {...textsOf(props)}>
      {(wiring) => (
        <select
          name={htmlName}
          value={value === undefined ? '' : String(chosen)}
          disabled={disabled === true || readonly === true}
          onChange={({ target }) => onChange(choices[Number(target.value)]?.value)}
          {...wiring}
        >
          {(props.required !== true || value === undefined) && <option value="">nothing</option>}
          {value !== undefined && chosen === -1 && <option value="-1">{JSON.stringify(value)}</option>}
          {choices.map(({ label }, index) => (
            <option key={label} value={String(index)}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Yes, no or, where nobody needs to say, neither: a box that is not ticked could not tell "no" from "nothing said". */
export function YesOrNo(props: WidgetProps) {
  const { value, htmlName, onChange, disabled, readonly } = props;
  return (
    <Field {...textsOf(props)}>
      {(wiring) => (
        <select
          name={htmlName}
          value={value === undefined ? '' : String(value)}
          disabled={disabled === true || readonly === true}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value === 'true')}
          {...wiring}
        >
          {(props.required !== true || value === undefined) && <option value="">nothing</option>}
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      )}
    </Field>
  );
}

/** Several of a schema's values. */
export function Choices({ value, htmlName, onChange, options, label, schema, disabled, rawErrors = [] }: WidgetProps) {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <fieldset className={styles['group']} aria-invalid={rawErrors.length > 0 ? true : undefined}>
      <legend className={styles['legend']}>{label}</legend>
      {schema.description !== undefined && <p className={styles['about']}>{schema.description}</p>}
      {(options.enumOptions ?? []).map((choice) => (
        <label key={choice.label} className={styles['tick']}>
          <input
            type="checkbox"
            name={htmlName}
            disabled={disabled}
            checked={chosen.includes(choice.value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, choice.value] : chosen.filter((each) => each !== choice.value))
            }
          />
          {choice.label}
        </label>
      ))}
      {rawErrors.length > 0 && <p className={styles['error']}>{rawErrors.join('; ')}</p>}
    </fieldset>
  );
}

/** All widgets that a schema of an event can lead to, by the names that the form has for them. */
export const WIDGETS = {
  TextWidget: TextInput,
  DateTimeWidget: TextInput,
  DateWidget: TextInput,
  TimeWidget: TextInput,
  EmailWidget: TextInput,
  URLWidget: TextInput,
  UpDownWidget: TextInput,
  PasswordWidget: TextInput,
  ColorWidget: TextInput,
  FileWidget: TextInput,
  TextareaWidget: LongTextInput,
  SelectWidget: Choice,
  RadioWidget: Choice,
  CheckboxWidget: YesOrNo,
  CheckboxesWidget: Choices,
};
