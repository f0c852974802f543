import { compilePattern } from '@tidings/contracts';
import { defineCommand } from '../command.ts';
import { findType, KNOWN_TYPES } from '../example-event.ts';
import { Failure, UsageError } from '../failure.ts';
import { didYouMean } from '../nearest.ts';
import { printTable } from '../table.ts';
import { paintFor } from '../terminal.ts';
import { KNOWN_SCHEMAS } from './known-schemas.ts';
import { renderSchema } from './render-schema.ts';

/** Where the output has no width. */
const PLAIN_WIDTH = 110;

export const list = defineCommand({
  name: 'schema list',
  summary: 'list the event types that have a schema',
  usage: '[PATTERN…] [options]',
  details: ['A PATTERN chooses types: bank.*, community.member:*, or a whole type. Needs no hub.'],
  examples: ['tidings schema list', "tidings schema list 'bank.*'", 'tidings schema list --json | jq -r .[].type'],
  options: { json: { type: 'boolean', summary: 'print the entries as JSON' } },
  mostPositionals: Number.POSITIVE_INFINITY,
  complete: 'pattern',
  async run(given, terminal) {
    const patterns = given.positionals.map((pattern) => ({ pattern, matches: compilePattern(pattern) }));
    const found = KNOWN_SCHEMAS.filter(
      ({ type }) => patterns.length === 0 || patterns.some(({ matches }) => matches(type)),
    );
    if (given.flag('json')) {
      const entries = found.map(({ properties: _, schema: __, ...entry }) => entry);
      terminal.output.write(`${JSON.stringify(entries, null, 2)}\n`);
      return 0;
    }
    const [first] = patterns;
    if (found.length === 0 && first !== undefined) {
      const known = didYouMean(first.pattern, KNOWN_TYPES) || '; `tidings schema list` shows all';
      throw new Failure(`no type matches ${patterns.map(({ pattern }) => JSON.stringify(pattern)).join(', ')}${known}`);
    }
    const rows = found.map(({ type, owner, title, deprecated }) => [
      type,
      owner ?? '-',
      deprecated ? `${title} (deprecated)` : title,
    ]);
    printTable(terminal, ['TYPE', 'OWNER', 'TITLE'], rows);
    return 0;
  },
});

export const show = defineCommand({
  name: 'schema show',
  summary: 'show what an event of a type must look like',
  usage: 'TYPE [options]',
  details: ['Prints description, owner, source, scope, a table of all properties, and examples. Needs no hub.'],
  examples: [
    'tidings schema show bank.transaction:created@v1',
    'tidings schema show bank.transaction:created@v1 --json | jq .required',
  ],
  options: { json: { type: 'boolean', summary: 'print the JSON Schema' } },
  mostPositionals: 1,
  complete: 'type',
  async run(given, terminal) {
    const [name] = given.positionals;
    if (name === undefined) throw new UsageError('give a TYPE; `tidings schema list` shows those that there are');
    const { type } = findType(name);
    const known = KNOWN_SCHEMAS.find((entry) => entry.type === type);
    if (known === undefined) throw new Failure(`the schema of ${type} is missing in this build`);
    const { output } = terminal;
    if (given.flag('json')) output.write(`${JSON.stringify(known.schema, null, 2)}\n`);
    else output.write(`${renderSchema(known, { paint: paintFor(output), width: output.columns || PLAIN_WIDTH })}\n`);
    return 0;
  },
});
