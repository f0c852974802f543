import { identifierProblem, parseEventType } from '@tidings/contracts';
import { modules } from '@tidings/contracts/gen/catalogue.ts';
import { ACCESS_OPTIONS, getToken, readCredentials, readOwnToken, TOKEN_OPTION } from './access-token.ts';
import type { Arguments } from './arguments.ts';
import { defineCommand } from './command.ts';
import { type EventDraft, findType, makeEvents } from './example-event.ts';
import { UsageError } from './failure.ts';
import { HubApi } from './hub-api.ts';
import { problemNotes } from './problem.ts';
import { readEvents } from './read-events.ts';
import { type Outcome, sendEvents } from './send-events.ts';
import { readTarget, type Target } from './target.ts';
import { harmless, paintFor, say, statusFor, type Terminal } from './terminal.ts';
import { DEFAULT_TENANT, renewing, type Tokens } from './tokens.ts';

const OPTIONS = {
  file: {
    type: 'string',
    short: 'f',
    value: 'FILE',
    summary: 'a CloudEvent, an array, or one to a line; - is standard input',
    complete: 'file',
  },
  data: { type: 'string', short: 'd', value: 'JSON', summary: "the event's data, in place of the schema's example" },
  tenant: { type: 'string', value: 'TENANT', summary: `whose event it is (default for examples: ${DEFAULT_TENANT})` },
  organizations: { type: 'string', multiple: true, value: 'A,B', summary: 'only members of one of them may see it' },
  users: { type: 'string', multiple: true, value: 'A,B', summary: 'only these users may see it' },
  roles: { type: 'string', multiple: true, value: 'A,B', summary: 'only who has one of these roles may see it' },
  subject: { type: 'string', value: 'SUBJECT', summary: 'the resource, such as transaction/123' },
  id: { type: 'string', value: 'ID', summary: 'id of the event (default: a new one)' },
  count: { type: 'string', short: 'n', value: 'N', summary: 'publish so many, each with its own id (default: 1)' },
  ...TOKEN_OPTION,
  ...ACCESS_OPTIONS,
} as const;

type Given = Arguments<keyof typeof OPTIONS>;

export const publish = defineCommand({
  name: 'publish',
  summary: 'publish events: examples, a file, or standard input',
  usage: '[TYPE] [options]',
  details: [
    'With a TYPE, publishes the example of its schema, with a new id and time. Without one, publishes the events of',
    '--file or of standard input as they are, but for attributes that are given as options.',
    'Exits with 1 if any event was rejected.',
  ],
  examples: [
    'tidings publish bank.transaction:created@v1 --tenant acme',
    'tidings publish community.message:posted@v1 --roles manager --count 5',
    'tidings publish --file events.json',
    'generate-events | tidings publish --file -',
  ],
  options: OPTIONS,
  mostPositionals: 1,
  complete: 'type',
  async run(given, terminal) {
    const events = await collectEvents(given, terminal);
    const target = await readTarget(given.text('target'), terminal);
    const tokens = producerTokens(events, given, terminal, target);
    const api = new HubApi({ target, tokens, onTrouble: statusFor(terminal) });
    let rejections = 0;
    for await (const outcome of sendEvents(events, api)) {
      if (outcome.problem !== undefined) rejections += 1;
      print(outcome, terminal);
    }
    if (rejections > 0 && events.length > 1) say(terminal, `${rejections} of ${events.length} events rejected`);
    return rejections > 0 ? 1 : 0;
  },
});

async function collectEvents(given: Given, terminal: Terminal): Promise<readonly EventDraft[]> {
  const [type] = given.positionals;
  const file = given.text('file') ?? (type === undefined && terminal.input.isTTY !== true ? '-' : undefined);
  const attributes = readAttributes(given);
  if (type !== undefined) {
    if (file !== undefined) throw new UsageError('give a TYPE or --file, not both');
    const count = given.wholeNumber('count') ?? 1;
    if (count > 1 && given.text('id') !== undefined)
      throw new UsageError('--id names one event: give no --count with it');
    const made = makeEvents(findType(type), count, readData(given.text('data')));
    return made.map((event) => ({ tenantid: DEFAULT_TENANT, ...event, ...attributes }));
  }
  if (file === undefined) throw new UsageError('give a TYPE, such as bank.transaction:created@v1, or --file FILE');
  for (const name of ['data', 'count'] as const) {
    if (given.text(name) !== undefined)
      throw new UsageError(`--${name} goes with a TYPE: events of a file have their own`);
  }
  const events = await readEvents(file, terminal);
  if (events.length > 1 && given.text('id') !== undefined) {
    throw new UsageError(`--id names one event, found ${events.length}`);
  }
  return events.map((event) => ({ ...event, ...attributes }));
}

/** Attributes that the options set; audiences are lists in one string, because CloudEvents has no arrays. */
function readAttributes(given: Given): EventDraft {
  const texts = { tenantid: given.text('tenant'), subject: given.text('subject'), id: given.text('id') };
  const lists = {
    organizationids: given.list('organizations').join(),
    userids: given.list('users').join(),
    roleids: given.list('roles').join(),
  };
  return Object.fromEntries(
    Object.entries({ ...texts, ...lists }).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function readData(json: string | undefined): { readonly value: unknown } | undefined {
  if (json === undefined) return undefined;
  try {
    return { value: JSON.parse(json) };
  } catch {
    throw new UsageError(`--data expects JSON, found ${harmless(json.slice(0, 80))}`);
  }
}

/** Tokens that may put events of these modules, for their tenant if they have one in common; or the user's own. */
function producerTokens(events: readonly EventDraft[], given: Given, terminal: Terminal, target: Target): Tokens {
  const own = readOwnToken(given, terminal);
  if (own !== undefined) return { isRenewable: false, next: async () => own };
  // What no bus or tenant can be is for the hub to reject in the event: nothing of it goes into the token.
  const found = new Set(
    events.map(({ type }) => (typeof type === 'string' ? parseEventType(type)?.module : undefined)),
  );
  const known = modules.filter((module) => found.has(module));
  const scope = (known.length > 0 ? known : modules).join(' ');
  const tenants = [...new Set(events.map(({ tenantid }) => tenantid))];
  const [tenant] = tenants;
  const isShared = tenants.length === 1 && typeof tenant === 'string' && identifierProblem(tenant) === undefined;
  const claims = target.isSandbox && isShared ? { tenant } : {};
  const credentials = readCredentials(given, terminal, target);
  return renewing(() => getToken(target, credentials, scope, claims));
}

function print({ event: { id, type }, problem }: Outcome, terminal: Terminal): void {
  const name = [id, type].map((value) => harmless(typeof value === 'string' ? value : '(none)')).join('  ');
  if (problem === undefined) {
    terminal.output.write(`${paintFor(terminal.output)('green', 'accepted')}  ${name}\n`);
    return;
  }
  const paint = paintFor(terminal.messages);
  say(terminal, `${paint('red', 'rejected')}  ${name}`);
  say(terminal, `  ${harmless(`${problem.code}: ${problem.detail}`)}`);
  for (const note of problemNotes(problem)) say(terminal, `    ${harmless(note)}`);
}
