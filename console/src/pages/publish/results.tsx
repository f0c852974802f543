import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ForeignText } from '../../event/foreign-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice, Problem, Violation } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Pill } from '../../ui/pill.tsx';
import type { Row } from './batch.ts';
import styles from './publish.module.css';
import { Radios } from './radios.tsx';
import type { Sent } from './use-publish.ts';

type SentList = Extract<Sent, { kind: 'list' }>;
type Shown = 'all' | Row['outcome'];

const ROWS_AT_FIRST = 100;

const countOf = (rows: readonly Row[], outcome: Row['outcome']): number =>
  rows.filter((row) => row.outcome === outcome).length;

/** What became of a list, in numbers. */
export function ResultSummary({ sent: { rows, state, count, error } }: { readonly sent: SentList }) {
  if (state === 'sending') return <Notice title={`Sending ${count} events …`} />;
  const [accepted, rejected, unknown] = [
    countOf(rows, 'accepted'),
    countOf(rows, 'rejected'),
    countOf(rows, 'unknown'),
  ];
  const tone = accepted === rows.length ? 'good' : accepted === 0 ? 'bad' : 'warn';
  const parts = [`${accepted} accepted`, `${rejected} rejected`, ...(unknown > 0 ? [`${unknown} unknown`] : [])];
  return (
    <>
      <Notice tone={tone} title={parts.join(', ')}>
        {unknown > 0 && <p>Of those that are unknown the answer was lost: send them again with the same ids.</p>}
      </Notice>
      {error !== undefined && <Problem error={error} />}
    </>
  );
}

/** What became of each event of a list, in the list's order. */
export function ResultTable({ rows }: { readonly rows: readonly Row[] }) {
  const [shown, setShown] = useState<Shown>('all');
  const [most, setMost] = useState(ROWS_AT_FIRST);
  const unknown = countOf(rows, 'unknown');
  const chosen = rows.filter(({ outcome }) => shown === 'all' || outcome === shown);
  return (
    <div className={styles['whole']}>
      <Panel
        title="Results"
        isFlush
        actions={
          <Radios
            legend="Which results"
            choices={[
              ['all', `All ${rows.length}`],
              ['accepted', `Accepted ${countOf(rows, 'accepted')}`],
              ['rejected', `Rejected ${countOf(rows, 'rejected')}`],
              ...(unknown > 0 ? ([['unknown', `Unknown ${unknown}`]] as const) : []),
            ]}
            chosen={shown}
            onChoose={setShown}
          />
        }
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className={styles['table']} aria-label="Results of each event" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">No.</th>
                <th scope="col">Outcome</th>
                <th scope="col">Event</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {chosen.slice(0, most).map((row) => (
                <ResultRow key={row.position} row={row} />
              ))}
            </tbody>
          </table>
        </section>
        {chosen.length > most && (
          <Button variant="quiet" onClick={() => setMost(most * 10)}>
            Show more of {chosen.length} ({most} are shown)
          </Button>
        )}
      </Panel>
    </div>
  );
}

const TONES = { accepted: 'good', rejected: 'bad', unknown: 'warn' } as const;

function ResultRow({ row }: { readonly row: Row }) {
  const { position, outcome, id, type } = row;
  return (
    <tr>
      <td>{position}</td>
      <td>
        <Pill tone={TONES[outcome]}>{outcome}</Pill>
      </td>
      <td>
        {outcome === 'accepted' ? (
          <Link to="/events/$id" params={{ id }}>
            <ForeignText of={id} most={256} />
          </Link>
        ) : (
          <ForeignText of={id} most={256} />
        )}
        <div className={styles['quiet']}>
          <ForeignText of={type} />
        </div>
      </td>
      <td>
        {row.outcome !== 'accepted' && (
          <>
            <strong>{row.code}</strong>
            {row.errors.length === 0 ? (
              <div>
                <ForeignText of={row.detail} most={1024} />
              </div>
            ) : (
              <ul>
                {row.errors.map(({ path, message }) => (
                  <li key={`${path} ${message}`}>
                    <Violation path={path} message={message} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </td>
    </tr>
  );
}
