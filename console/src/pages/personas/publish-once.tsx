import { Send } from 'lucide-react';
import type { FormEvent } from 'react';
import type { EventTypeDescription } from '../../hub/description.ts';
import type { Persona } from '../../session/persona.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TypeCombobox } from '../publish/type-combobox.tsx';
import styles from './personas.module.css';
import { type Audience, EVERYBODY } from './presets.ts';
import { SIDES, type Side } from './publications.ts';
import type { Pair } from './remembered.ts';

/** A short form: what is published, by whom, and for whom. */
export function PublishOnce({
  types,
  type,
  pair,
  as,
  audience,
  canPublish,
  onType,
  onAs,
  onAudience,
  onPublish,
}: {
  readonly types: readonly EventTypeDescription[];
  readonly type: EventTypeDescription;
  readonly pair: Pair;
  readonly as: Side;
  readonly audience: Audience;
  readonly canPublish: boolean;
  readonly onType: (type: EventTypeDescription) => void;
  readonly onAs: (as: Side) => void;
  readonly onAudience: (audience: Audience) => void;
  readonly onPublish: () => void;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canPublish) onPublish();
  };
  const field = (name: keyof Audience, label: string) => (
    <TextField
      label={label}
      hint="empty: asks for none"
      value={audience[name]}
      onChange={({ target }) => onAudience({ ...audience, [name]: target.value })}
    />
  );
  return (
    <Panel title="Publish once">
      <form className={styles['stack']} onSubmit={submit}>
        <TypeCombobox types={types} chosen={type} onChoose={onType} />
        <div className={styles['fields']}>
          <SelectField
            label="Published by"
            hint="it becomes an event of their tenant"
            value={as}
            onChange={({ target }) => onAs(target.value === 'right' ? 'right' : 'left')}
          >
            {SIDES.map((side) => (
              <option key={side} value={side}>
                the {side} persona ({pair[side].user || 'nobody'} · {pair[side].tenant || 'no tenant'})
              </option>
            ))}
          </SelectField>
          {field('organizationids', 'Only for organisations')}
          {field('userids', 'Only for users')}
          {field('roleids', 'Only for roles')}
        </div>
        <div className={styles['row']}>
          <Button onClick={() => onAudience(EVERYBODY)}>For all of the tenant</Button>
          {SIDES.flatMap((side) => forOnly(side, pair[side]).map((choice) => ({ ...choice, side }))).map((choice) => (
            <Button key={choice.name} onClick={() => onAudience({ ...EVERYBODY, ...choice.audience })}>
              {choice.name}
            </Button>
          ))}
        </div>
        <div className={styles['row']}>
          <Button
            type="submit"
            variant="primary"
            icon={<Send size={16} aria-hidden />}
            aria-disabled={!canPublish}
            // A double click publishes once.
            onClick={(event) => event.detail > 1 && event.preventDefault()}
          >
            Publish once
          </Button>
          {!canPublish && <span className={styles['quiet']}>as soon as both personas are live</span>}
        </div>
      </form>
    </Panel>
  );
}

function forOnly(side: Side, { organizations, user, roles }: Persona) {
  const all: readonly (readonly [string, Partial<Audience>, string | undefined])[] = [
    [`Only the ${side} organisation`, { organizationids: organizations[0] ?? '' }, organizations[0]],
    [`Only the ${side} user`, { userids: user }, user],
    [`Only the ${side} role`, { roleids: roles[0] ?? '' }, roles[0]],
  ];
  return all.flatMap(([name, audience, value]) => (value === undefined || value === '' ? [] : [{ name, audience }]));
}
