// biome-ignore-all lint/a11y/noRedundantRoles: browsers forget the roles where a style makes cards of the rows
import { Link } from '@tanstack/react-router';
import { useHub } from '../../hub/hub-context.tsx';
import table from '../../ui/card-table.module.css';
import { Panel } from '../../ui/panel.tsx';
import { Pill } from '../../ui/pill.tsx';
import styles from './catalogue.module.css';
import type { IndexEntry, IndexModule } from './catalogue-data.ts';
import { Chips, TypeName } from './parts.tsx';

/** The types of a module in a table, which becomes cards where it is narrow. */
export function ModulePanel({ module }: { readonly module: IndexModule }) {
  const { environment } = useHub().configuration;
  const { name, source, scope, buses, entries } = module;
  const bus = buses.find((each) => each.environment === environment)?.name;
  return (
    <Panel
      isFlush
      title={name}
      actions={
        <span className={styles['muted']}>
          source <code>{source}</code> · scope <code>{scope}</code>
          {bus !== undefined && (
            <>
              {' '}
              · bus <code>{bus}</code>
            </>
          )}
        </span>
      }
    >
      <table className={table['table']} role="table">
        <caption className="visually-hidden">Event types of {name}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {['Event', 'Published by', 'Consumed by', 'Reaches', 'Owner'].map((head) => (
              <th key={head} role="columnheader" scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {entries.map((entry) => (
            <EntryRow key={entry.type} entry={entry} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function EntryRow({ entry }: { readonly entry: IndexEntry }) {
  const { type, title, owner, producers, consumers, clientBroadcast, isDeprecated } = entry;
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <Link to="/catalogue/$type" params={{ type }} className={styles['entry']}>
          <span className={styles['entryTitle']}>{title}</span>
          <TypeName type={type} />
        </Link>
        {isDeprecated && <Pill tone="warn">Deprecated</Pill>}
      </th>
      <td role="cell" data-label="Published by">
        <Chips names={producers} />
      </td>
      <td role="cell" data-label="Consumed by">
        <Chips names={consumers} />
      </td>
      <td role="cell" data-label="Reaches">
        {clientBroadcast ? <Pill tone="good">Browser</Pill> : <Pill>Services only</Pill>}
      </td>
      <td role="cell" data-label="Owner">
        {owner ?? <NotSaid />}
      </td>
    </tr>
  );
}

const NotSaid = () => <span className={styles['muted']}>not said</span>;
