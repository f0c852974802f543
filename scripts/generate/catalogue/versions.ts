import type { PropertyRow } from './properties.ts';
import type { Restriction } from './restrictions.ts';

/** What a version of a type changed of a property of the version before it. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: string;
  /** What is different, such as `required now` or `type: string → number`; of an added property, what it is. */
  readonly details: readonly string[];
}

/** What is different between two versions of a type, sorted by where it is in the newer table; removals come last. */
export function compareVersions(older: readonly PropertyRow[], newer: readonly PropertyRow[]): Change[] {
  const before = new Map(older.map((row) => [row.path, row]));
  const after = new Set(newer.map(({ path }) => path));
  const changes = newer.flatMap((row): Change[] => {
    const old = before.get(row.path);
    if (old === undefined) return [{ kind: 'added', path: row.path, details: introduce(row) }];
    const details = differences(old, row);
    return details.length === 0 ? [] : [{ kind: 'changed', path: row.path, details }];
  });
  const removed = older.filter(({ path }) => !after.has(path));
  return [...changes, ...removed.map(({ path }): Change => ({ kind: 'removed', path, details: [] }))];
}

const introduce = ({ kind, type, isRequired }: PropertyRow): string[] => [
  type,
  ...(kind === 'alternative' ? ['alternative'] : [isRequired ? 'required' : 'optional']),
];

function differences(old: PropertyRow, row: PropertyRow): string[] {
  const details: string[] = [];
  if (old.type !== row.type) details.push(`type: ${old.type} → ${row.type}`);
  if (old.isRequired !== row.isRequired) details.push(row.isRequired ? 'required now' : 'optional now');
  if (old.isDeprecated !== row.isDeprecated) details.push(row.isDeprecated ? 'deprecated now' : 'no longer deprecated');
  return [...details, ...restrictionDifferences(old.restrictions, row.restrictions)];
}

function restrictionDifferences(old: readonly Restriction[], now: readonly Restriction[]): string[] {
  const details: string[] = [];
  for (const { label, values } of now) {
    const same = old.find((restriction) => restriction.label === label);
    if (same === undefined) details.push(`now ${sentence({ label, values })}`);
    else if (/(?:one of|required|also)$/.test(label)) details.push(...valueDifferences(label, same.values, values));
    else if (same.values.join('\n') !== values.join('\n'))
      details.push(`${label}: ${same.values.join(', ')} → ${values.join(', ')}`);
  }
  const labels = new Set(now.map(({ label }) => label));
  const gone = old.filter(({ label }) => !labels.has(label));
  return [...details, ...gone.map((restriction) => `no longer ${sentence(restriction)}`)];
}

function valueDifferences(label: string, old: readonly string[], now: readonly string[]): string[] {
  const added = now.filter((value) => !old.includes(value));
  const removed = old.filter((value) => !now.includes(value));
  return [
    ...(added.length > 0 ? [`${label}: with ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`${label}: without ${removed.join(', ')}`] : []),
  ];
}

const sentence = ({ label, values }: Restriction): string =>
  values.length === 0 ? label : `${label} ${values.join(', ')}`;
