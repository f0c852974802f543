import { asEventId, asTenantId } from '@tidings/contracts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import type { EventLog } from '../../lambdas/core/ports/event-log.ts';
import { type Recordable, recordEvents } from '../../lambdas/core/record-events.ts';
import { ENGINES } from '../contract/engines.ts';
import type { Bench, BenchContext, BenchResult, Finding, Series } from './bench.ts';
import { realisticEvents } from './capacity/realistic-events.ts';
import { toRecordable } from './capacity/recordable.ts';
import { median } from './measure.ts';

const WRITERS = [1, 2, 4, 8] as const;
const MOST_WRITERS = 8;
const BATCH = 10;
const LEAST_SHARE_OF_ONE = 0.6;

/** Nobody starves: a batch is recorded long before its messages would go back to the queue, after fifteen seconds. */
const LONGEST_SECONDS = 10;

/** How long each number of writers writes in a round. Long enough that a writer which loses now and then wins often. */
const MILLISECONDS = { whole: 2500, quick: 1500 } as const;

export const bench: Bench = {
  name: 'contention',
  title: 'Many writers on one tenant',
  method:
    'One, two, four and eight writers record batches of ten events each for the same tenant, each its next batch as soon as it has recorded one, for as long as the others; in turns, on each engine. Each round has a tenant of its own. Events a second are compared with those of one writer in the same round.',
  // What is measured is time that passes, and the engine's own share of the processor: a busy neighbour changes both.
  isGuarded: false,
  run,
};

/** What some writers have done in a round. */
interface Race {
  readonly eventsPerSecond: number;
  readonly attemptsPerCommit: number;
  /** Commits in time of the writer that had the fewest, to those that each would have if all had as many. */
  readonly leastShare: number;
  /** The longest that a batch has waited to be recorded. */
  readonly longestMilliseconds: number;
}

async function run({ isQuick, rounds, progress }: BenchContext): Promise<BenchResult> {
  const findings: Finding[] = [];
  const series: Series[] = [];
  const rows: string[][] = [];
  for (const [name, { missing, start }] of Object.entries(ENGINES)) {
    if (missing !== undefined) continue;
    const engine = await start();
    try {
      const tableName = await engine.createTable('bench');
      const log = createDynamoDbEventLog({
        client: engine.client,
        tableName,
        surroundings: systemSurroundings,
        generation: 1,
      });
      const races = new Map(WRITERS.map((writers) => [writers, [] as Race[]]));
      await race(log, 'warm-up', 2, MILLISECONDS.quick);
      for (let round = 0; round < rounds; round += 1) {
        for (const writers of round % 2 === 0 ? WRITERS : WRITERS.toReversed()) {
          progress(`${name}: round ${round + 1}, ${writers} writers`);
          const milliseconds = MILLISECONDS[isQuick ? 'quick' : 'whole'];
          races.get(writers)?.push(await race(log, `${round}-${writers}`, writers, milliseconds));
        }
      }
      const of = (writers: (typeof WRITERS)[number]): readonly Race[] => races.get(writers) ?? [];
      const ones = of(1);
      const shareOfOne = (all: readonly Race[]) =>
        median(all.map(({ eventsPerSecond }, round) => eventsPerSecond / (ones[round]?.eventsPerSecond ?? Number.NaN)));
      findings.push(...findingsOf(name, of(MOST_WRITERS), shareOfOne(of(MOST_WRITERS))));
      series.push({ name, points: WRITERS.map((writers) => [writers, shareOfOne(of(writers))] as const) });
      for (const writers of WRITERS) rows.push(row(name, writers, of(writers)));
    } finally {
      await engine.stop();
    }
  }
  return {
    findings,
    charts: [
      {
        name: 'contention-by-writers',
        title: 'Events a second of many writers on one tenant, to those of one writer',
        kind: 'lines',
        x: { label: 'writers' },
        y: { label: 'times one writer' },
        series,
        mark: { name: 'limit for eight', y: LEAST_SHARE_OF_ONE },
      },
    ],
    tables: [{ title: 'Medians of the rounds; waits are the longest of all', rows: [HEADER, ...rows] }],
    notes: [
      'All writers run in one process on one machine with the engine, so that a lost attempt takes processor time from the others; on AWS it costs write units instead. Attempts per commit are what AWS would bill.',
    ],
  };
}

const HEADER = ['engine', 'writers', 'events/s', 'attempts a commit', 'least share of a writer', 'longest wait'];

function row(engine: string, writers: number, races: readonly Race[]): string[] {
  const middle = (value: (race: Race) => number): number => median(races.map(value));
  return [
    engine,
    String(writers),
    middle(({ eventsPerSecond }) => eventsPerSecond).toFixed(0),
    middle(({ attemptsPerCommit }) => attemptsPerCommit).toFixed(2),
    middle(({ leastShare }) => leastShare).toFixed(2),
    `${Math.max(...races.map(({ longestMilliseconds }) => longestMilliseconds)).toFixed(0)} ms`,
  ];
}

const findingsOf = (engine: string, eight: readonly Race[], shareOfOne: number): readonly Finding[] => [
  {
    what: `${MOST_WRITERS} writers to one, ${engine}`,
    value: shareOfOne,
    unit: '×',
    limit: { least: LEAST_SHARE_OF_ONE },
    detail: `${median(eight.map(({ attemptsPerCommit }) => attemptsPerCommit)).toFixed(2)} attempts a commit`,
  },
  {
    what: `longest wait of a batch, ${MOST_WRITERS} writers, ${engine}`,
    value: Math.max(...eight.map(({ longestMilliseconds }) => longestMilliseconds)) / 1000,
    unit: 'seconds',
    limit: { most: LONGEST_SECONDS },
    detail: `the writer with the fewest commits of a round had ${median(eight.map(({ leastShare }) => leastShare)).toFixed(2)} of an equal share`,
  },
];

async function race(log: EventLog, name: string, writers: number, milliseconds: number): Promise<Race> {
  const tenant = asTenantId(`race-${name}`);
  const commits = Array.from({ length: writers }, () => 0);
  let attempts = 0;
  let ended = 0;
  let longest = 0;
  const begun = performance.now();
  const write = async (writer: number): Promise<void> => {
    for (let batch = 0; performance.now() - begun < milliseconds; batch += 1) {
      const started = performance.now();
      await recordEvents(
        tenant,
        eventsOf(`${name}-${writer}-${batch}`),
        { days: 1 },
        {
          log,
          surroundings: systemSurroundings,
          onCommit: () => {
            attempts += 1;
          },
        },
      );
      longest = Math.max(longest, performance.now() - started);
      if (performance.now() - begun < milliseconds) commits[writer] = (commits[writer] ?? 0) + 1;
      ended += 1;
    }
  };
  await Promise.all(commits.map((_, writer) => write(writer)));
  const all = commits.reduce((sum, one) => sum + one, 0);
  return {
    eventsPerSecond: (all * BATCH * 1000) / milliseconds,
    attemptsPerCommit: attempts / ended,
    leastShare: (Math.min(...commits) * writers) / all,
    longestMilliseconds: longest,
  };
}

const EVENTS = realisticEvents('invoice', BATCH).map(toRecordable);

/** A batch of events that are new: the same under other ids. */
const eventsOf = (name: string): readonly Recordable[] =>
  EVENTS.map(({ event, json }, index) => {
    const id = asEventId(`${name}-${index}`);
    return { event: { ...event, id }, json: json.replace(event.id, id) };
  });
