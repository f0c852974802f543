import { TextField } from '../ui/field.tsx';
import { DEFAULT_TOKEN_SECONDS, type Persona } from './persona.ts';
import styles from './persona-fields.module.css';

/** The claims of a persona's tokens. Lists are separated by spaces, as the issuer takes them. */
export function PersonaFields({
  persona,
  onChange,
}: {
  readonly persona: Persona;
  readonly onChange: (persona: Persona) => void;
}) {
  const text = (name: 'tenant' | 'user', label: string) => (
    <TextField
      label={label}
      value={persona[name]}
      onChange={({ target }) => onChange({ ...persona, [name]: target.value.trim() })}
    />
  );
  const list = (name: 'organizations' | 'roles' | 'scopes', label: string) => (
    <TextField
      label={label}
      hint="separated by spaces"
      defaultValue={persona[name].join(' ')}
      onChange={({ target }) => onChange({ ...persona, [name]: target.value.split(/\s+/).filter(Boolean) })}
    />
  );
  return (
    <div className={styles['fields']}>
      {text('tenant', 'Tenant')}
      {text('user', 'User')}
      {list('organizations', 'Organisations')}
      {list('roles', 'Roles')}
      {list('scopes', 'Scopes')}
      <TextField
        label="A token lasts"
        hint="seconds"
        inputMode="numeric"
        defaultValue={String(persona.tokenSeconds)}
        onChange={({ target }) =>
          onChange({ ...persona, tokenSeconds: Math.trunc(Number(target.value)) || DEFAULT_TOKEN_SECONDS })
        }
      />
    </div>
  );
}
