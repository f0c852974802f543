// biome-ignore-all lint/a11y/noRedundantRoles: browsers forget the roles where a style makes cards of the rows

import { Link } from '@tanstack/react-router';
import type { DeadLetterSummary } from '@tidings/client';
import { useEffect, useRef } from 'react';
import { ForeignText } from '../../event/foreign-text.tsx';
import { visibleText } from '../../event/visible-text.ts';
import { useHub, useSession } from '../../hub/hub-context.tsx';
import table from '../../ui/card-table.module.css';
import { Timestamp } from '../../ui/timestamp.tsx';
import styles from './health.module.css';

const HEADS = ['Reason', 'Type', 'Event', 'Tenant', 'Received', 'Deliveries'];

/** Letters, of which some can be chosen. */
export function LettersTable({
  letters,
  chosen,
  onChoose,
}: {
  readonly letters: readonly DeadLetterSummary[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}) {
  const all = useRef<HTMLInputElement>(null);
  const count = letters.filter(({ letterId }) => chosen.has(letterId)).length;
  useEffect(() => {
    // There is no attribute for it.
    if (all.current !== null) all.current.indeterminate = count > 0 && count < letters.length;
  });
  const toggle = (letterId: string) =>
    onChoose(
      chosen.has(letterId) ? new Set([...chosen].filter((one) => one !== letterId)) : new Set([...chosen, letterId]),
    );
  return (
    <>
      <label className={styles['chooseAll']}>
        <input
          ref={all}
          type="checkbox"
          checked={count === letters.length}
          onChange={() => onChoose(new Set(count === letters.length ? [] : letters.map(({ letterId }) => letterId)))}
        />
        Choose all that are shown
      </label>
      <table className={table['table']} role="table">
        <caption className="visually-hidden">Dead letters</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              <span className="visually-hidden">Chosen</span>
            </th>
            {HEADS.map((head) => (
              <th key={head} role="columnheader" scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {letters.map((letter, place) => (
            <LetterRow
              key={letter.letterId}
              letter={letter}
              place={place + 1}
              isChosen={chosen.has(letter.letterId)}
              onToggle={() => toggle(letter.letterId)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function LetterRow({
  letter,
  place,
  isChosen,
  onToggle,
}: {
  readonly letter: DeadLetterSummary;
  readonly place: number;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}) {
  const { type, eventId, tenantid, reason, receivedTime, deliveries } = letter;
  return (
    <tr role="row">
      <td role="cell" data-label="Chosen">
        <input
          type="checkbox"
          className={styles['choose']}
          checked={isChosen}
          onChange={onToggle}
          aria-label={`Choose letter ${place}${eventId === undefined ? '' : ` of event ${visibleText(eventId, 256)}`}`}
        />
      </td>
      <td role="cell" data-label="Reason" className={table['long']}>
        <div>
          {reason === undefined ? (
            'tried too often'
          ) : (
            <>
              <code>{reason.code}</code>
              <p className={styles['reason']}>
                <ForeignText of={reason.message} most={2048} />
              </p>
            </>
          )}
        </div>
      </td>
      <td role="cell" data-label="Type" className={table['long']}>
        {type === undefined ? '–' : <Code of={type} />}
      </td>
      <td role="cell" data-label="Event" className={table['long']}>
        <EventId id={eventId} tenant={tenantid} />
      </td>
      <td role="cell" data-label="Tenant">
        <div className={styles['tenant']}>
          {tenantid === undefined ? '–' : <ForeignText of={tenantid} most={256} />}
        </div>
      </td>
      <td role="cell" data-label="Received">
        <Timestamp at={receivedTime} />
      </td>
      <td role="cell" data-label="Deliveries">
        {deliveries ?? '–'}
      </td>
    </tr>
  );
}

/** A letter may hold anything. */
function Code({ of }: { readonly of: string }) {
  return (
    <code>
      <ForeignText of={of} most={256} />
    </code>
  );
}

/** Leads to the event for whoever may read it; its page says whether it is stored. */
function EventId({ id, tenant }: { readonly id: string | undefined; readonly tenant: string | undefined }) {
  const { readScope } = useHub().configuration;
  const { identity } = useSession();
  if (id === undefined) return '–';
  const mayRead = tenant === identity.tenant && (readScope === null || identity.scopes.includes(readScope));
  if (!mayRead) return <Code of={id} />;
  return (
    <Link to="/events/$id" params={{ id }} preload={false}>
      <Code of={id} />
    </Link>
  );
}
