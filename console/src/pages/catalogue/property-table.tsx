// biome-ignore-all lint/a11y/noRedundantRoles: browsers forget the roles where a style makes cards of the rows
import { Link } from '@tanstack/react-router';
import table from '../../ui/card-table.module.css';
import { Empty } from '../../ui/notice.tsx';
import { Pill } from '../../ui/pill.tsx';
import styles from './catalogue.module.css';
import type { PropertyData } from './catalogue-data.ts';
import { Rich } from './parts.tsx';

/** Deeper rows are indented no further. */
const DEEPEST = 6;

/** The properties of an event's data. Each row can be linked to. It becomes cards where it is narrow. */
export function PropertyTable({ type, rows }: { readonly type: string; readonly rows: readonly PropertyData[] }) {
  if (rows.length === 0) return <Empty title="No properties are described" />;
  return (
    <table className={table['table']} role="table">
      <caption className="visually-hidden">Properties of the event’s data</caption>
      <thead role="rowgroup">
        <tr role="row">
          {['Property', 'Type', 'Required', 'Restrictions', 'Description'].map((head) => (
            <th key={head} role="columnheader" scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <PropertyRow key={row.anchor} type={type} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function PropertyRow({ type, row }: { readonly type: string; readonly row: PropertyData }) {
  const { kind, anchor, path, name, depth, isRequired, isDeprecated, restrictions, description } = row;
  const isProperty = kind === 'property';
  const before = isProperty && path.endsWith(name) ? path.slice(0, path.length - name.length) : '';
  return (
    <tr role="row" id={anchor} data-kind={kind} className={styles['row']}>
      <th role="rowheader" scope="row" className={table['long']}>
        <Link
          to="/catalogue/$type"
          params={{ type }}
          hash={anchor}
          className={styles['property']}
          data-depth={Math.min(depth, DEEPEST)}
        >
          {isProperty ? (
            <code>
              <span className={styles['dim']}>{before}</span>
              {name}
            </code>
          ) : (
            name
          )}
        </Link>
      </th>
      <td role="cell" data-label="Type">
        {row.type}
      </td>
      <td role="cell" data-label="Required">
        {isProperty && (isRequired ? <strong>required</strong> : <span className={styles['muted']}>optional</span>)}
      </td>
      <td role="cell" data-label="Restrictions" className={table['long']}>
        {restrictions.map(({ label, values }) => (
          <div key={label}>
            {label}
            {values.map((value) => (
              <span key={value}>
                {' '}
                <code className={styles['value']}>{value}</code>
              </span>
            ))}
          </div>
        ))}
      </td>
      <td role="cell" data-label="Description">
        {isDeprecated && <Pill tone="warn">Deprecated</Pill>} <Rich text={description} />
      </td>
    </tr>
  );
}
