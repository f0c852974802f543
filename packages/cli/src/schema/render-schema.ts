import type { Paint } from '../terminal.ts';
import type { KnownSchema, PropertyRow } from './known-schemas.ts';

/** Narrower, nobody can read a column. */
const LEAST_DESCRIPTION = 30;
const GAP = 2;

/** A schema for a person: what the event is, whom to ask, what its data must be, and how one looks. */
export function renderSchema(known: KnownSchema, { paint, width }: { readonly paint: Paint; readonly width: number }) {
  const facts = [
    ['Owner', known.owner ?? 'nobody is named'],
    ['Producers', known.producers.join(', ') || 'none are named'],
    ['Consumers', known.consumers.join(', ') || 'none are named'],
    ['Source', known.source],
    ['Scope', `${known.scope} (to publish)`],
    ['Browsers', known.clientBroadcast ? 'may receive it' : 'never receive it'],
  ] as const;
  const examples = Array.isArray(known.schema['examples']) ? known.schema['examples'] : [];
  return [
    `${paint('bold', known.type)}  ${known.title}${known.deprecated ? paint('yellow', '  DEPRECATED') : ''}`,
    ...wrap(known.description, width),
    '',
    ...facts.map(([name, value]) => `${paint('dim', name.padEnd(11))}${value}`),
    '',
    paint('bold', 'Data'),
    ...renderRows(known.properties, paint, width),
    ...examples.flatMap((example, index) => [
      '',
      paint('bold', examples.length === 1 ? 'Example' : `Example ${index + 1}`),
      JSON.stringify(example, null, 2),
    ]),
    '',
    paint('dim', `Publish the example: tidings publish ${known.type}`),
  ].join('\n');
}

function renderRows(rows: readonly PropertyRow[], paint: Paint, width: number): readonly string[] {
  if (rows.length === 0) return ['  anything: the schema names no property'];
  const names = rows.map((row) => `${'  '.repeat(row.depth + 1)}${row.name}${row.isRequired ? ' *' : ''}`);
  const nameWidth = Math.max(...names.map((name) => name.length)) + GAP;
  const typeWidth = Math.max(...rows.map(({ type }) => type.length)) + GAP;
  const room = Math.max(LEAST_DESCRIPTION, width - nameWidth - typeWidth);
  const margin = ' '.repeat(nameWidth + typeWidth);
  const lines = rows.flatMap((row, at) => {
    const [first = '', ...more] = wrap(textOf(row), room);
    const name = (names[at] ?? '').padEnd(nameWidth);
    const head = `${paint('cyan', name)}${paint('yellow', row.type.padEnd(typeWidth))}${first}`.trimEnd();
    const values = row.values.filter(({ description }) => description !== '');
    const explained = values.flatMap(({ value, description }) => wrap(`${value}: ${description}`, room));
    return [head, ...[...more, ...explained].map((line) => `${margin}${line}`)];
  });
  return rows.some(({ isRequired }) => isRequired) ? [...lines, paint('dim', '  * required')] : lines;
}

function textOf({ description, restrictions, isDeprecated }: PropertyRow): string {
  const rules = restrictions.map(({ label, values }) => `${label} ${values.join(', ')}`.trim()).join('; ');
  const texts = [isDeprecated ? 'Deprecated.' : '', description, rules === '' ? '' : `[${rules}]`];
  return texts.filter((text) => text !== '').join(' ');
}

/** Lines of at most so many characters, but for words that are longer. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
