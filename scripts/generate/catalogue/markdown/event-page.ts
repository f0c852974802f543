import { NOTICE } from '../../generated-file.ts';
import type { CatalogueEntry, Version } from '../model.ts';
import { successorOf } from '../model.ts';
import type { PropertyRow } from '../properties.ts';
import type { Restriction } from '../restrictions.ts';
import type { UsageSection } from '../usage/index.ts';
import { cell, code, codeBlock, description, plain, table } from './escape.ts';
import { names } from './index-page.ts';

/** Everything about one event type. */
export function eventPage(entry: CatalogueEntry): string {
  const parts = [
    `<!-- ${NOTICE} -->`,
    `# ${plain(entry.title)}`,
    code(entry.type),
    ...notes(entry),
    description(entry.description),
    facts(entry),
    '## Data',
    entry.properties.length === 0 ? 'No properties are described.' : propertyTable(entry.properties),
    ...enumerations(entry),
    '## Examples',
    ...entry.examples.map((example) => codeBlock(JSON.stringify(example, null, 2), 'json')),
    '## Publish',
    `It takes a token with the scope ${code(entry.scope)}, or the right to put events on the bus.`,
    ...usage(entry.publish),
    '## Receive',
    ...usage(entry.subscribe),
    '## Versions',
    ...entry.versions.map((version) => versionText(version, entry)),
    '[All event types](README.md)',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function notes(entry: CatalogueEntry): string[] {
  const successor = successorOf(entry);
  const newer = successor === undefined ? '' : `[${code(successor.type)}](${successor.page}.md) is newer.`;
  if (entry.isDeprecated)
    return [`> **Deprecated.** It goes on working, but do not begin to use it. ${newer}`.trimEnd()];
  return newer === '' ? [] : [`> ${newer}`];
}

const facts = (entry: CatalogueEntry): string =>
  table(
    ['', ''],
    [
      ['owner', plain(entry.owner ?? '–')],
      ['published by', names(entry.producers)],
      ['consumed by', names(entry.consumers)],
      ['reaches browsers', entry.clientBroadcast ? 'yes, whoever may see it' : 'no, services only'],
      ['source', code(entry.source)],
      ['scope', code(entry.scope)],
      ...entry.buses.map(({ environment, name }) => [`bus in ${plain(environment)}`, code(name)]),
      ['schema', `[${code(entry.schemaFile)}](../../${encodeURI(entry.schemaFile)})`],
    ],
  );

const propertyTable = (rows: readonly PropertyRow[]): string =>
  table(
    ['property', 'type', 'required', 'restrictions', 'description'],
    rows.map((row) => [
      `${'&emsp;'.repeat(row.depth)}${row.kind === 'property' ? code(row.path) : `_${plain(row.name)}_`}`,
      plain(row.type),
      row.isRequired ? '**yes**' : row.kind === 'property' ? 'no' : '',
      row.restrictions.map(restriction).join('<br>'),
      `${row.isDeprecated ? '**Deprecated.** ' : ''}${cell(row.description || (row.kind === 'property' ? row.title : ''))}`,
    ]),
  );

const restriction = ({ label, values }: Restriction): string =>
  [plain(label), values.map(code).join(', ')].filter(Boolean).join(' ');

function enumerations({ enumerations: all }: CatalogueEntry): string[] {
  if (all.length === 0) return [];
  const sections = all.flatMap(({ path, values }) => [
    `#### ${code(path)}`,
    values.map(({ value, description: text }) => `- ${code(value)}${text === '' ? '' : `: ${cell(text)}`}`).join('\n'),
  ]);
  return ['### Enumerations', ...sections];
}

const usage = (section: UsageSection): string[] =>
  section.flatMap(({ label, snippets }) => [
    `### ${plain(label)}`,
    ...snippets.flatMap(({ title, code: text, language }) => [`${description(title)}:`, codeBlock(text, language)]),
  ]);

function versionText({ version, type, page, isDeprecated, previous, changes }: Version, entry: CatalogueEntry): string {
  const name = type === entry.type ? `**v${version}**, this page` : `[v${version}](${page}.md)`;
  const deprecated = isDeprecated ? ' (deprecated)' : '';
  if (previous === undefined) return `- ${name}${deprecated}: the first one`;
  const what = changes.length === 0 ? 'the same properties' : `what has changed since v${previous}:`;
  const lines = changes.map(({ kind, path, details }) =>
    [`  - ${kind} ${code(path)}`, ...details.map(plain)].join('; ').replace('; ', details.length > 0 ? ': ' : ''),
  );
  return [`- ${name}${deprecated}: ${what}`, ...lines].join('\n');
}
