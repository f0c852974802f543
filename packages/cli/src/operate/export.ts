import { describe, type TenantId } from '@tidings/contracts';
import { eventKey } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import type { Arguments } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { formatCursor } from '../cursor-text.ts';
import { type EventSink, FileSink, outputSink } from '../event-sink.ts';
import { Failure, Stopped, UsageError } from '../failure.ts';
import { Progress } from '../progress.ts';
import { isUnread, statusFor, type Terminal } from '../terminal.ts';
import { openAws, type Tables } from './aws.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, type Deployment, readDeployment } from './deployment.ts';
import { openPartFile, type PartFile } from './part-file.ts';
import { readRange, readStored } from './read-range.ts';
import { type Mark, readHead, readTenant, unknownTenant } from './tenant-state.ts';

const OPTIONS = {
  tenant: { type: 'string', value: 'TENANT', summary: 'whose events' },
  output: { type: 'string', short: 'o', value: 'FILE', summary: 'write to a new file', complete: 'file' },
  resume: { type: 'boolean', summary: 'go on with what an earlier try left of --output; begin, if it left nothing' },
  after: { type: 'string', value: 'SEQUENCE', summary: 'begin after this sequence (default: with the oldest)' },
  until: { type: 'string', value: 'SEQUENCE', summary: 'end with this sequence (default: where the log ends now)' },
  quiet: { type: 'boolean', short: 'q', summary: 'say nothing of how far it has come' },
  ...DEPLOYMENT_OPTIONS,
} as const;

type Given = Arguments<keyof typeof OPTIONS>;

export const exportEvents = defineCommand({
  name: 'export',
  summary: 'write all events of a tenant, whoever may see them, one JSON object to a line',
  usage: '--tenant TENANT [options]',
  details: [
    'The lines are those of `tidings replay` for someone who may see everything. A file is written as FILE.part and gets',
    'its name when it is whole. Stopped or killed, the same command with --resume goes on, and each event comes once.',
    ...CREDENTIALS_NOTE,
  ],
  examples: [
    'tidings export --tenant acme --output acme.ndjson',
    'tidings export --tenant acme --output acme.ndjson --resume',
    'tidings export --tenant acme --after 1200 --until 1300 | gzip > acme.ndjson.gz',
  ],
  options: OPTIONS,
  mostPositionals: 0,
  async run(given, terminal) {
    const tenant = readTenant(given.text('tenant'), 'export');
    const range = readWanted(given);
    const deployment = await readDeployment(given.text('target'), terminal);
    const { tables } = await openAws(deployment);
    const head = await readHead(tables, deployment.tables.eventLog, tenant);
    if (head === undefined) throw unknownTenant(tenant, deployment);
    const file = await openFile(given, terminal);
    try {
      return await write({ given, terminal, tenant, range, deployment, tables, head, file });
    } finally {
      file?.release();
    }
  },
});

interface Export {
  readonly given: Given;
  readonly terminal: Terminal;
  readonly tenant: TenantId;
  readonly range: ReturnType<typeof readWanted>;
  readonly deployment: Deployment;
  readonly tables: Tables;
  readonly head: Mark;
  readonly file: PartFile | undefined;
}

async function write({ given, terminal, tenant, range, deployment, tables, head, file }: Export): Promise<number> {
  const after = await placeIn(file, tenant, tables, deployment, range.after);
  if (after > head.sequence)
    throw new UsageError(`there is no sequence ${after} yet: the log ends with ${head.sequence}`);
  const until = Math.min(range.until, head.sequence);
  const table = deployment.tables.eventLog;

  const stop = terminal.untilStopped();
  const sink = await openSink(file, given, terminal, stop);
  const progress = new Progress(terminal);
  const status = statusFor(terminal);
  const showsProgress = !given.flag('quiet') && (file !== undefined || terminal.output.isTTY !== true);
  let events = 0;
  let through = after;
  let isFailure = true;
  try {
    for await (const some of readRange({ tables, table, tenant, after, until, now: new Date() })) {
      if (stop.aborted) throw new Stopped('Stopped between two pages');
      for (const { text, sequence } of some) {
        await sink.write(text, sequence);
        if (stop.aborted) throw new Stopped('Stopped between two events');
        events += 1;
        through = sequence;
      }
      // What a killed process has fetched is not fetched again.
      await sink.settle();
      if (showsProgress) progress.update({ done: through - after, total: until - after, events });
    }
    await sink.settle();
    const end = await readHead(tables, table, tenant);
    if (end?.epoch !== head.epoch) throw new Failure('the tenant was erased or its log restored meanwhile: begin anew');
    isFailure = false;
  } catch (error) {
    progress.clear();
    // Of a file it says nothing that nobody reads what is said beside it.
    if (isUnread(stop) && file === undefined) return 0;
    await sink.settle().catch(() => undefined);
    status(`stopped after ${events} events; ${continuation(file, through)}`);
    if (error instanceof Stopped) return 1;
    throw error;
  } finally {
    await sink.close(isFailure);
  }
  await file?.finish();
  progress.clear();
  if (!given.flag('quiet')) {
    const reached = formatCursor({ ...head, sequence: Math.max(until, after) });
    status(`${events} events in ${progress.seconds.toFixed(1)} s, through ${reached}`);
  }
  return 0;
}

function readWanted(given: Given) {
  const after = given.wholeNumber('after', 0) ?? 0;
  const until = given.wholeNumber('until') ?? Number.POSITIVE_INFINITY;
  if (until <= after)
    throw new UsageError(`--until ${until} comes before what --after ${after} begins with: nothing is between`);
  if (given.flag('resume') && given.text('output') === undefined)
    throw new UsageError('--resume goes with --output FILE');
  return { after, until };
}

async function openFile(given: Given, { folder }: Terminal): Promise<PartFile | undefined> {
  const name = given.text('output');
  return name === undefined ? undefined : await openPartFile(name, folder, given.flag('resume'));
}

const openSink = async (
  file: PartFile | undefined,
  given: Given,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<EventSink> =>
  file === undefined
    ? outputSink(terminal, stop)
    : await FileSink.open(file.part, terminal.folder, given.flag('resume'));

/**
 * Where to begin: after the last event of the file, if that is this tenant's and still what the log has in its place.
 * Else the file would go on with another history, or with a gap.
 */
async function placeIn(
  file: PartFile | undefined,
  tenant: TenantId,
  tables: Pick<Tables, 'get'>,
  { tables: { eventLog } }: Deployment,
  wanted: number,
): Promise<number> {
  if (file?.lastLine === undefined) return wanted;
  const { tenantid, id, sequence } = parseLine(file.lastLine, file);
  if (tenantid !== tenant) {
    throw new Failure(`${file.part} holds events of the tenant ${describe(tenantid)}, expected ${describe(tenant)}`);
  }
  const item = await tables.get(eventLog, eventKey(tenant, id as Parameters<typeof eventKey>[1]));
  if (readStored(item, Number(sequence))?.json === file.lastLine) return Number(sequence);
  throw new Failure(`the last event of ${file.part}, ${sequence}, is not in the log any more`, {
    notes: ['What came after it may be gone too. Remove the file, and begin with the oldest that is left'],
  });
}

function parseLine(line: string, { part }: PartFile) {
  try {
    const { tenantid, id, sequence } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof id === 'string' && /^\d{1,20}$/.test(String(sequence))) return { tenantid, id, sequence };
  } catch {
    // As below.
  }
  throw new Failure(`the last line of ${part} is no event of an export: remove the file, or name another`);
}

const continuation = (file: PartFile | undefined, through: number): string =>
  file === undefined
    ? `to go on, repeat the command with --after ${through}`
    : 'to go on, repeat the command with --resume';
