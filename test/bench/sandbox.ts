import { BY_NPM_START } from '../acceptance/sandbox-process.ts';
import type { Bench, BenchContext, BenchResult, Finding } from './bench.ts';
import { median } from './measure.ts';
import { AUDIENCE, EVENTS, measureThroughput, type Round } from './sandbox/throughput.ts';
import { memoryOf, SHARES_ARE_KNOWN } from './sandbox/usage.ts';
import { withSandbox } from './scratch.ts';

const MOST = { startSeconds: 5, idleMegabytes: 250 } as const;
const LEAST_EVENTS_PER_SECOND = 500;
const PROCESSORS = 2;
const MEGABYTE = 1e6;

/** What a profile shows (`--cpu-prof`, for the process and for its threads). */
const BOUND =
  'The bound is the processor, and most of its work is that of the functions and the SDK in them: the sandbox’s own thread ' +
  '(APIs, queues, bus, access) takes about a fifth, compiling and collecting garbage in the functions’ threads another.';

/** `sandbox`: what the machine of a developer has to give, and what it gets. */
export const bench: Bench = {
  name: 'sandbox',
  title: 'The sandbox: start, memory, throughput',
  method:
    '`npm start` in a clone with everything installed, until its target file is there, and the memory of its processes ' +
    `then. Throughput: ${AUDIENCE.tenants * AUDIENCE.organizations * AUDIENCE.users} sockets, a producer that posts ` +
    `${EVENTS.toLocaleString('en')} events a round, each for the ten users of one organization; from the first request to ` +
    'the last delivery, with every delivery looked at: complete, once, in order. Sockets, producer and sandbox share the machine.',
  // Time depends on what else the machine does; memory does not.
  isGuarded: true,
  run: measure,
};

async function measure(context: BenchContext): Promise<BenchResult> {
  const starts: { readonly seconds: number; readonly idle: number }[] = [];
  let rounds: readonly Round[] = [];
  let busy = 0;
  for (let count = 1; count <= context.rounds; count += 1) {
    context.progress(`start ${count} of ${context.rounds}`);
    const begun = performance.now();
    await withSandbox(BY_NPM_START, async (sandbox) => {
      starts.push({ seconds: (performance.now() - begun) / 1000, idle: memoryOf(sandbox.pid) / MEGABYTE });
      if (count < context.rounds || context.isQuick) return;
      rounds = await measureThroughput(sandbox, context);
      busy = memoryOf(sandbox.pid) / MEGABYTE;
    });
  }
  return {
    findings: [
      ...findingsOfStarts(starts, context.isQuick),
      ...(context.isQuick ? [] : findingsOfRounds(rounds, busy)),
    ],
    ...(!context.isQuick && { tables: [processorTable(rounds)] }),
    notes: [
      SHARES_ARE_KNOWN
        ? 'Memory is the sum of PSS over npm, the sandbox and the DynamoDB engine: a page that n processes share counts one n-th in each.'
        : 'Memory is the sum of resident bytes, in which pages that processes share count several times: this system tells no other.',
      ...(context.isQuick ? [] : [BOUND]),
    ],
  };
}

function findingsOfStarts(
  starts: readonly { readonly seconds: number; readonly idle: number }[],
  isQuick: boolean,
): readonly Finding[] {
  const seconds = starts.map((each) => each.seconds);
  return [
    {
      what: '`npm start` until usable',
      value: median(seconds),
      unit: 's',
      ...(!isQuick && { limit: { most: MOST.startSeconds } }),
      detail: `${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)} s over ${starts.length} starts`,
    },
    {
      what: 'memory when idle',
      value: median(starts.map(({ idle }) => idle)),
      unit: 'MB',
      limit: { most: MOST.idleMegabytes },
    },
  ];
}

function findingsOfRounds(rounds: readonly Round[], busy: number): readonly Finding[] {
  const rates = rounds.map(({ seconds }) => EVENTS / seconds);
  const rate = median(rates);
  const spread = `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)} over ${rounds.length} rounds`;
  return [
    {
      what: 'events a second, end to end',
      value: rate,
      unit: 'events/s',
      limit: { least: LEAST_EVENTS_PER_SECOND },
      detail: spread,
    },
    { what: 'deliveries a second', value: rate * AUDIENCE.users, unit: 'deliveries/s' },
    {
      what: 'processor time of an event and its ten deliveries',
      value: median(rounds.map(({ processor }) => (sum(processor.values()) / EVENTS) * 1000)),
      unit: 'ms',
      limit: { most: (PROCESSORS / LEAST_EVENTS_PER_SECOND) * 1000 },
      detail: `of all processes, the load included; ${LEAST_EVENTS_PER_SECOND} events a second leave no more on ${PROCESSORS} processors`,
    },
    { what: 'memory under that load', value: busy, unit: 'MB' },
  ];
}

/** Median over the rounds of what each process took. */
function processorTable(rounds: readonly Round[]) {
  const names = [...new Set(rounds.flatMap(({ processor }) => [...processor.keys()]))];
  const rows = names.map((name) => {
    const seconds = median(rounds.map(({ processor }) => processor.get(name) ?? 0));
    return [name, `${seconds.toFixed(2)} s`, `${((seconds / EVENTS) * 1000).toFixed(2)} ms`] as const;
  });
  return { title: 'Processor time by process', rows: [['process', 'a round', 'an event'] as const, ...rows] };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
