import { randomUUID } from 'node:crypto';
import { newEvent } from '../acceptance/events.ts';
import { DIRECTLY } from '../acceptance/sandbox-process.ts';
import type { Target } from '../acceptance/target.ts';
import { fetchToken } from '../chaos/hub-api.ts';
import { type Listener, openListener } from '../load/listener.ts';
import type { Bench, BenchContext, BenchResult, Finding } from './bench.ts';
import { afterCommit, NOT_PUBLISHED, PATHS, publishedRows, sumOf } from './latency/aws-model.ts';
import { type Hop, prepareHops } from './latency/hops.ts';
import { median } from './measure.ts';
import { withSandbox } from './scratch.ts';

/** What an event may take from POST to socket, as a multiple of its hops measured alone. */
const MOST = 3;
const TIMES = { whole: { turns: 150, warmUp: 40 }, quick: { turns: 20, warmUp: 10 } } as const;
const TOKEN_SECONDS = 3600;

/** `latency`: how long an event takes from POST to a socket, beside the hops that it cannot do without. */
export const bench: Bench = {
  name: 'latency',
  title: 'From POST to socket',
  method:
    'Time that passes in one run of the sandbox, in turns: an event, from before its POST to its 202 and to the message at ' +
    'a socket, and then each hop of its way alone, with nothing around it. Medians. For AWS, the sum of published medians.',
  isGuarded: false,
  run: measure,
};

async function measure(context: BenchContext): Promise<BenchResult> {
  const findings = await withSandbox(DIRECTLY, ({ target }) => inSandbox(target, context));
  return {
    findings: [...findings, ...modelled()],
    tables: [{ title: 'Published medians of AWS', rows: publishedRows() }],
    notes: [
      `The modelled latencies leave out what nobody publishes a median for: ${NOT_PUBLISHED}. A sum of medians is no median; it compares two paths whose other hops are the same.`,
    ],
  };
}

async function inSandbox(target: Target, { isQuick, progress }: BenchContext): Promise<readonly Finding[]> {
  const times = TIMES[isQuick ? 'quick' : 'whole'];
  const tenant = `bench-${randomUUID()}`;
  const token = await fetchToken(target, { tenant }, 'bank', TOKEN_SECONDS);
  const listener = await openListener(target, token);
  const { hops, stop } = await prepareHops({ target, tenant, listener });
  try {
    const answered: number[] = [];
    const arrived: number[] = [];
    const taken = hops.map((): number[] => []);
    for (let turn = -times.warmUp; turn < times.turns; turn += 1) {
      progress(`turn ${turn} of ${times.turns}`);
      const posted = await postEvent(target, tenant, token, listener);
      const alone: number[] = [];
      for (const hop of hops) alone.push(await hop.take());
      if (turn < 0) continue;
      answered.push(posted.answered);
      arrived.push(posted.arrived);
      for (const [index, milliseconds] of alone.entries()) taken[index]?.push(milliseconds);
    }
    const medians = taken.map(median);
    const sum = hops.reduce((total, hop, index) => total + hop.times * (medians[index] ?? Number.NaN), 0);
    return [
      {
        what: 'POST → socket, beside its hops',
        value: median(arrived) / sum,
        unit: '×',
        limit: { most: MOST },
        detail: `${median(arrived).toFixed(1)} ms against ${sum.toFixed(1)} ms`,
      },
      { what: 'POST → 202', value: median(answered), unit: 'ms', detail: spreadOf(answered) },
      { what: 'POST → socket', value: median(arrived), unit: 'ms', detail: spreadOf(arrived) },
      ...hops.map((hop, index) => findingOf(hop, medians[index])),
    ];
  } finally {
    listener.close();
    await stop();
  }
}

/** Milliseconds of an event from before its POST to its answer, and to its arrival. */
async function postEvent(
  { apiUrl }: Target,
  tenant: string,
  token: string,
  listener: Listener,
): Promise<{ readonly answered: number; readonly arrived: number }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' };
  const event = newEvent(tenant);
  const arrival = listener.arrival(event.id);
  const start = performance.now();
  const response = await fetch(`${apiUrl}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  const answered = performance.now() - start;
  if (response.status !== 202) throw new Error(`POST /events answered ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return { answered, arrived: (await arrival) - start };
}

const findingOf = ({ name, times }: Hop, milliseconds = Number.NaN): Finding => ({
  what: `hop: ${name}`,
  value: milliseconds,
  unit: 'ms',
  ...(times > 1 && { detail: `${times} times on the way` }),
});

const modelled = (): readonly Finding[] => [
  { what: 'modelled on AWS: by the doorbell', value: sumOf(PATHS.doorbell), unit: 'ms' },
  { what: 'modelled on AWS: by a DynamoDB stream', value: sumOf(PATHS.stream), unit: 'ms' },
  {
    what: 'modelled on AWS, after the commit: doorbell against stream',
    value: afterCommit(PATHS.doorbell) / afterCommit(PATHS.stream),
    unit: '×',
    detail: `${afterCommit(PATHS.doorbell).toFixed(0)} ms against ${afterCommit(PATHS.stream).toFixed(0)} ms`,
  },
];

function spreadOf(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `99 of 100 within ${(sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN).toFixed(1)} ms`;
}
