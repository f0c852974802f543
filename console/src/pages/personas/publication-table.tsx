import { ForeignText } from '../../event/foreign-text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Timestamp } from '../../ui/timestamp.tsx';
import { OutcomeText } from './outcome-text.tsx';
import styles from './personas.module.css';
import type { PublicationRow } from './publications.ts';

const AUDIENCE = [
  ['organizationids', 'organisations'],
  ['userids', 'users'],
  ['roleids', 'roles'],
] as const;

/** The last events and what became of each for both, the latest first. */
export function PublicationTable({ rows }: { readonly rows: readonly PublicationRow[] }) {
  return (
    <Panel title="Published from here" isFlush>
      {rows.length === 0 ? (
        <Empty title="Nothing yet">
          <p>Publish an event, and see here who has received it and why others have not.</p>
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={styles['table']} aria-label="Published events" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Published</th>
                <th scope="col">Event</th>
                <th scope="col">For</th>
                <th scope="col">Left</th>
                <th scope="col">Right</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.event.id} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

function Row({ row }: { readonly row: PublicationRow }) {
  const { event, time, sequence, error, names, outcomes } = row;
  const audience = AUDIENCE.flatMap(([name, label]) =>
    event[name] === undefined ? [] : [`${label}: ${String(event[name]).replaceAll(',', ', ')}`],
  );
  return (
    <tr>
      <td>
        <Timestamp at={time} isShort />
      </td>
      <td>
        <code>{event.type}</code>
        <div className={styles['quiet']}>
          <ForeignText
            of={
              error !== undefined
                ? `${error.code}: ${error.detail}`
                : sequence === undefined
                  ? 'not recorded yet'
                  : `number ${sequence} of ${String(event['tenantid'])}`
            }
            most={1024}
          />
        </div>
      </td>
      <td>
        <ForeignText
          of={audience.length === 0 ? `all of ${String(event['tenantid'])}` : audience.join('; ')}
          most={1024}
        />
      </td>
      <td>
        <div className={styles['quiet']}>
          <ForeignText of={names.left} most={256} />
        </div>
        <OutcomeText outcome={outcomes.left} />
      </td>
      <td>
        <div className={styles['quiet']}>
          <ForeignText of={names.right} most={256} />
        </div>
        <OutcomeText outcome={outcomes.right} />
      </td>
    </tr>
  );
}
