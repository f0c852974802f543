import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources, type synthesize } from '../synth/synthesize.ts';
import { type FaultyHub, startFaultyHub } from './faulty-hub.ts';
import { beUsed, INJECTED_FAULTS, type Measured } from './injected-faults.ts';
import { type EmfLine, keyOf, type MetricId, MetricStore, metricsOf } from './metric-store.ts';
import { PUBLISHED_PROOFS, type PublishedProof } from './published-values.ts';
import { type AlarmProperties, TemplateAlarm } from './template-alarm.ts';

const STACK = 'tidings-dev';
/** More than any alarm looks back. */
const PERIODS = 6;

const alarmsOf = (template: ReturnType<typeof synthesize>): ReadonlyMap<string, TemplateAlarm> =>
  new Map(
    Object.values(resources(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => {
      const properties = Properties as AlarmProperties;
      return [properties.AlarmName.slice(STACK.length + 1), new TemplateAlarm(properties)];
    }),
  );

let hub: FaultyHub;
let alarms: ReadonlyMap<string, TemplateAlarm>;
/** What is written where nothing is wrong. */
let healthy: readonly EmfLine[];
/** What has been written at all. */
const written = new Set<string>();

beforeAll(async () => {
  hub = await startFaultyHub();
  alarms = alarmsOf(hub.template);
  healthy = await beUsed(hub);
}, 180_000);
afterAll(() => hub?.end());

function alarm(id: string): TemplateAlarm {
  const found = alarms.get(id);
  if (found === undefined) throw new Error(`The template has no alarm ${id}; it has ${[...alarms.keys()].join(', ')}`);
  return found;
}

/** The states after each period, of which the first three are as `before` says and the others as `during`. */
function statesOf(id: string, before: (store: MetricStore, at: number) => void, during: typeof before) {
  const store = new MetricStore();
  for (let period = 0; period < 2 * PERIODS; period += 1) (period < PERIODS ? before : during)(store, period);
  return Array.from({ length: 2 * PERIODS }, (_, index) => alarm(id).stateAfter(index + 1, store));
}

const OK = Array.from({ length: PERIODS }, () => 'OK');

function putMeasured(store: MetricStore, at: number, id: string, { lines = [], depth }: Measured, times: number): void {
  for (let time = 0; time < times; time += 1) for (const line of lines) store.putLine(line, at);
  if (depth === undefined) return;
  for (const metric of alarm(id).metrics) store.put(metric, at, depth);
}

function putPublished(store: MetricStore, at: number, id: string, values: PublishedProof['before']): void {
  for (const metric of alarm(id).metrics) store.put(metric, at, ...(values[metric.name] ?? []));
}

describe('every alarm', () => {
  it('has a proof, and every proof an alarm', () => {
    expect([...Object.keys(INJECTED_FAULTS), ...Object.keys(PUBLISHED_PROOFS)].sort()).toEqual(
      [...alarms.keys()].sort(),
    );
  });

  it('is quiet while nothing is reported', () => {
    const states = [...alarms.keys()].map((id) =>
      statesOf(
        id,
        () => undefined,
        () => undefined,
      ),
    );
    expect(new Set(states.flat())).toEqual(new Set(['OK']));
  });
});

describe.each(Object.entries(INJECTED_FAULTS))('%s', (id, { fault, inject, times = 1 }) => {
  it(`rings while ${fault}, and not before`, { timeout: 180_000 }, async () => {
    const measured = await inject(hub);
    for (const line of [...healthy, ...(measured.lines ?? [])]) for (const metric of metricsOf(line)) note(metric);
    const states = statesOf(
      id,
      (store, at) => putMeasured(store, at, id, { lines: healthy, depth: 0 }, 1),
      (store, at) => putMeasured(store, at, id, measured, times),
    );
    expect(states.slice(0, PERIODS)).toEqual(OK);
    expect(states.at(-1)).toBe('ALARM');
  });
});

const note = (metric: MetricId): void => void written.add(keyOf(metric));

describe.each(Object.entries(PUBLISHED_PROOFS))('%s', (id, { fault, before, during }) => {
  it(`rings while ${fault}, and not before`, () => {
    const states = statesOf(
      id,
      (store, at) => putPublished(store, at, id, before),
      (store, at) => putPublished(store, at, id, { ...before, ...during }),
    );
    expect(states.slice(0, PERIODS)).toEqual(OK);
    expect(states.at(-1)).toBe('ALARM');
  });
});

describe('metrics of the hub', () => {
  it('that decide about an alarm were written by a function in this run, each alarm by one at least', () => {
    const ours = Object.keys(INJECTED_FAULTS).filter((id) =>
      alarm(id).metrics.some(({ namespace }) => namespace === STACK),
    );
    expect(ours.length).toBeGreaterThan(8);
    const silent = ours.filter((id) => !alarm(id).metrics.some((metric) => written.has(keyOf(metric))));
    expect(silent).toEqual([]);
  });
});
