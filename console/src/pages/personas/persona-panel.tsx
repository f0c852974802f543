import { Pencil } from 'lucide-react';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { ForeignText } from '../../event/foreign-text.tsx';
import type { Persona } from '../../session/persona.ts';
import { PersonaFields } from '../../session/persona-fields.tsx';
import { Button } from '../../ui/button.tsx';
import { Problem } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Pill, type Tone } from '../../ui/pill.tsx';
import { OutcomeText } from './outcome-text.tsx';
import styles from './personas.module.css';
import type { PublicationRow, Side } from './publications.ts';
import type { Seat, SeatState } from './seat.ts';

const STATES: Readonly<Record<SeatState, readonly [Tone, string]>> = {
  'signing-in': ['warn', 'Getting a token'],
  refused: ['bad', 'No token'],
  connecting: ['warn', 'Connecting'],
  'catching-up': ['info', 'Catching up'],
  live: ['good', 'Live'],
  behind: ['warn', 'Behind'],
  closed: ['bad', 'Closed'],
};

/** One of the two: who it is, how it is connected, and what became of the last event for it. */
export function PersonaPanel({
  side,
  persona,
  seat,
  last,
  onChange,
}: {
  readonly side: Side;
  readonly persona: Persona;
  readonly seat: Seat;
  readonly last: PublicationRow | undefined;
  readonly onChange: (persona: Persona) => void;
}) {
  const [draft, setDraft] = useState<Persona>();
  const state = useSyncExternalStore(seat.subscribe, () => seat.state);
  const error = useSyncExternalStore(seat.subscribe, () => seat.error);
  const count = useSyncExternalStore(seat.subscribe, () => seat.receivedCount);
  const [tone, word] = STATES[state];
  const title = side === 'left' ? 'Left persona' : 'Right persona';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft !== undefined) onChange(draft);
    setDraft(undefined);
  };
  return (
    <Panel
      title={title}
      actions={
        <>
          <span role="status" aria-label={`${title}: ${word}`}>
            <Pill tone={tone} hasDot>
              {word}
            </Pill>
          </span>
          {draft === undefined && (
            <Button
              icon={<Pencil size={16} aria-hidden />}
              aria-label={`Edit the ${side} persona`}
              onClick={() => setDraft(persona)}
            >
              Edit
            </Button>
          )}
        </>
      }
    >
      <div className={styles['stack']}>
        {draft === undefined ? (
          <Traits persona={persona} />
        ) : (
          <form onSubmit={submit}>
            <PersonaFields persona={draft} onChange={setDraft} />
            <div className={styles['row']}>
              <Button type="submit" variant="primary">
                Be this persona
              </Button>
              <Button onClick={() => setDraft(undefined)}>Cancel</Button>
            </div>
          </form>
        )}
        {error !== undefined && state !== 'live' && <Problem error={error} title="This persona is not connected" />}
        <div className={styles['verdict']}>
          <p className={styles['quiet']}>
            {last === undefined ? `Nothing was published yet. Events that come: ${count}` : 'The last event'}
          </p>
          {/* Only this is read out: the count changes all the time. */}
          <div aria-live="polite">{last !== undefined && <OutcomeText outcome={last.outcomes[side]} />}</div>
        </div>
      </div>
    </Panel>
  );
}

function Traits({ persona }: { readonly persona: Persona }) {
  const { tenant, organizations, user, roles } = persona;
  const rows = {
    Tenant: [tenant],
    User: [user],
    Organisations: organizations,
    Roles: roles,
  };
  return (
    <dl className={styles['traits']}>
      {Object.entries(rows).map(([name, values]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <ForeignText of={values.filter((each) => each !== '').join(', ') || 'none'} most={2048} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
