import { ASSUMPTIONS } from './assumptions.ts';
import type { CountedRun, PathFunction } from './counted-run.ts';
import { type AwsPrice, dollarsFor, GIGABYTE, PRICES } from './prices.ts';

/** One line of a bill. */
export interface BillLine {
  readonly what: string;
  readonly units: number;
  readonly unit: string;
  readonly dollars: number;
}

/** What a month has besides its events. */
export interface Month {
  readonly events: number;
  readonly receivers: number;
  /** Sockets that are open on average over {@link Month.hours}. */
  readonly sockets: number;
  readonly hours: number;
  /** Days that an event stays. */
  readonly retentionDays: number;
}

export const totalOf = (lines: readonly BillLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

/** Memory of the functions, in MB, as `lib/tidings-stack.ts` gives it: test/synth/cost-memory.test.ts compares. */
export const MEMORY: Readonly<Record<PathFunction, number>> = {
  'ingest-events': 1024,
  'store-events': 512,
  'fan-out': 1024,
};

/**
 * Lines that Lambda writes for each invocation, with a log format of JSON and its system log level of INFO.
 * Source: Lambda developer guide, "Lambda Telemetry API event schema reference", `platform.start` and `platform.report`.
 */
const PLATFORM_LINES = [
  {
    time: '2026-01-01T00:00:00.000Z',
    type: 'platform.start',
    record: { requestId: '00000000-0000-0000-0000-000000000000', version: '$LATEST' },
  },
  {
    time: '2026-01-01T00:00:00.000Z',
    type: 'platform.report',
    record: {
      requestId: '00000000-0000-0000-0000-000000000000',
      metrics: { durationMs: 101.51, billedDurationMs: 102, memorySizeMB: 1024, maxMemoryUsedMB: 133 },
      status: 'success',
    },
  },
].map((line) => Buffer.byteLength(JSON.stringify(line)));

/** A line of the HTTP API's access log, see `lib/constructs/http-api.ts`. */
const ACCESS_LINE = Buffer.byteLength(
  JSON.stringify({
    requestId: 'JKJaXmPLvHcESHA=',
    time: '01/Jan/2026:00:00:00 +0000',
    route: 'POST /events',
    status: '202',
    milliseconds: '60',
    bytes: '900',
    ip: '203.0.113.100',
    error: '-',
    integrationError: '-',
  }),
);

/**
 * Seconds that an invocation is billed for: what it waited, and what it computed by the part of a processor that its
 * memory has.
 */
export function billedSeconds(
  memory: number,
  use: { readonly processorSeconds: number; readonly waitSeconds: number },
): number {
  const { processorFactor, megabytesOfProcessor } = ASSUMPTIONS;
  const slower = Math.max(1, megabytesOfProcessor / memory);
  return use.waitSeconds + use.processorSeconds * processorFactor * slower;
}

/** Bytes of logs of a run, all of its functions and what AWS adds. */
export function logBytesOf(run: CountedRun): {
  readonly own: number;
  readonly lambda: number;
  readonly access: number;
} {
  const uses = Object.values(run.functions);
  const { logLineBytes } = ASSUMPTIONS;
  return {
    own: uses.reduce((sum, { logBytes, logLines }) => sum + logBytes + logLines * logLineBytes, 0),
    lambda: uses.reduce(
      (sum, { invocations }) =>
        sum + invocations * PLATFORM_LINES.reduce((bytes, line) => bytes + line + logLineBytes, 0),
      0,
    ),
    access: run.requests * (ACCESS_LINE + logLineBytes),
  };
}

/** What the events of a month cost: a run's counts, as often as the month has its events. */
export function billOfEvents(
  run: CountedRun,
  { events, retentionDays }: Pick<Month, 'events' | 'retentionDays'>,
): readonly BillLine[] {
  const times = events / run.events;
  const line = (what: string, unit: string, units: number, price: AwsPrice): BillLine => ({
    what,
    unit,
    units: units * times,
    dollars: dollarsFor(units * times, PRICES.aws[price]),
  });
  const { usage, functions } = run;
  const gigabyteSeconds = (name: PathFunction): number =>
    (functions[name].invocations * billedSeconds(MEMORY[name], functions[name]) * MEMORY[name]) / 1024;
  const names = Object.keys(functions) as PathFunction[];
  const logs = logBytesOf(run);
  const logged = (logs.own + logs.lambda + logs.access) / GIGABYTE;
  const months = retentionDays / (ASSUMPTIONS.hoursOfMonth / 24);
  return [
    line('HTTP API', 'requests', run.requests, 'httpRequest'),
    line('EventBridge', 'events', usage.busUnits, 'busEvent'),
    // EventBridge sends each event, Lambda takes and deletes a batch by a request each.
    line('SQS, intake', 'requests', run.intakeUnits + 2 * run.intakeBatches + usage.otherQueueUnits, 'standardRequest'),
    line('SQS FIFO, doorbell', 'requests', usage.ringUnits + 2 * run.ringBatches, 'fifoRequest'),
    line('DynamoDB, writes', 'units', usage.writeUnits, 'writeUnit'),
    line('DynamoDB, reads', 'units', usage.readUnits, 'readUnit'),
    line(
      `DynamoDB, storage for ${retentionDays} days`,
      'GB-months',
      (usage.storedBytes / GIGABYTE) * months,
      'tableGigabyteMonth',
    ),
    line(
      'DynamoDB, recovery to any second',
      'GB-months',
      (usage.storedBytes / GIGABYTE) * months,
      'recoverableGigabyteMonth',
    ),
    line(
      'Lambda, requests',
      'invocations',
      names.reduce((sum, name) => sum + functions[name].invocations, 0),
      'invocation',
    ),
    line(
      'Lambda, time',
      'GB-seconds',
      names.reduce((sum, name) => sum + gigabyteSeconds(name), 0),
      'gigabyteSecond',
    ),
    line('CloudWatch, logs', 'GB', logged, 'logGigabyte'),
    line('WebSocket API, messages', 'messages', usage.postUnits, 'socketMessage'),
    line('Data transfer out', 'GB', (usage.postBytes + run.answerBytes) / GIGABYTE, 'transferGigabyte'),
  ];
}

/** What open sockets cost by themselves, the same for everything that is built on API Gateway. */
export function billOfMinutes({ sockets, hours }: Pick<Month, 'sockets' | 'hours'>): BillLine {
  const units = sockets * hours * 60;
  return {
    what: 'WebSocket API, connection minutes',
    unit: 'minutes',
    units,
    dollars: dollarsFor(units, PRICES.aws.connectionMinute),
  };
}
