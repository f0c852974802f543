import type { Bench, BenchContext, BenchResult, Finding } from './bench.ts';
import { ASSUMPTIONS } from './cost/assumptions.ts';
import type { Traffic } from './cost/peers.ts';
import { bundled, peersOf } from './cost/peers.ts';
import { PRICES } from './cost/prices.ts';
import { type CostReport, reportCost } from './cost/report.ts';
import { comparisonRows, dollars } from './cost/report-lines.ts';

const TRAFFIC = { events: 1e6, bytes: 1024, batch: 10, hours: ASSUMPTIONS.hoursOfMonth, retentionDays: 30 } as const;

/**
 * Receivers; the most that a million events to them may cost without the time of functions, which alone depends on this
 * machine; and the aim for all of it. docs/cost.md says line by line what is above it.
 */
const CASES = [
  { receivers: 1, most: 4.47, aim: 4 },
  { receivers: 10, most: 6.22, aim: 5.6 },
  { receivers: 100, most: 23.67, aim: 23 },
  { receivers: 1000, most: 198.2, aim: undefined },
] as const;

/** `cost`: what a million events cost, counted. */
export const bench: Bench = {
  name: 'cost',
  title: 'Cost of a million events',
  method:
    'The real functions with their real adapters take events of 1 KB, ten at a time, against a DynamoDB engine and endpoints ' +
    'that count; the counts are multiplied by the list prices of us-east-1 in `test/bench/cost/prices.json`. `npm run cost` ' +
    'does it for other traffic. See docs/cost.md.',
  isGuarded: true,
  run: measure,
};

async function measure({ isQuick, progress }: BenchContext): Promise<BenchResult> {
  const cases = isQuick ? CASES.filter(({ receivers }) => receivers === 10) : CASES;
  const reports: CostReport[] = [];
  const findings: Finding[] = [];
  for (const { receivers, most, aim } of cases) {
    const traffic = { ...TRAFFIC, receivers, sockets: receivers };
    const report = await reportCost(traffic, isQuick ? 5 : 20, (text) => progress(`${receivers} receivers, ${text}`));
    reports.push(report);
    findings.push(...findingsOf(report, most, aim));
  }
  if (isQuick) return { findings };
  return {
    findings,
    charts: [chartOf(reports)],
    tables: reports.map((report) => ({
      title: `A million events to ${report.traffic.receivers.toLocaleString('en-US')} receivers`,
      rows: [
        ...report.events.map(({ what, units, unit, dollars: price }) => [
          what,
          `${Math.round(units).toLocaleString('en-US')} ${unit}`,
          dollars(price),
          '',
          '',
          '',
        ]),
        ...comparisonRows([report.hub, ...report.peers]),
      ],
    })),
    notes: [
      `List prices of ${PRICES.region} as of ${PRICES.asOf}, without free tiers. Peers are computed by their own published rules.`,
      'A peer that bills by 5 KB is cheaper where a producer bundles events by hand and clients take them apart; and API Gateway alone is, because it keeps nothing. See docs/cost.md.',
    ],
  };
}

/** The units do not depend on the machine; times of functions do, and with them a small part of the whole. */
function findingsOf(
  { traffic, run, hub, events, logBytesOfEvent }: CostReport,
  most: number,
  aim?: number,
): readonly Finding[] {
  const to = `to ${traffic.receivers.toLocaleString('en-US')}`;
  const each = (value: number): number => value / run.events;
  const time = events.find(({ what }) => what === 'Lambda, time')?.dollars ?? Number.NaN;
  return [
    {
      what: `a million events ${to}`,
      value: hub.events,
      unit: 'dollars',
      ...(aim !== undefined && { detail: `the aim was ${dollars(aim)}` }),
    },
    {
      what: `a million events ${to}, without time of functions`,
      value: hub.events - time,
      unit: 'dollars',
      limit: { most },
    },
    { what: `write units of an event ${to}`, value: each(run.usage.writeUnits), unit: 'units', limit: { most: 2.6 } },
    { what: `read units of an event ${to}`, value: each(run.usage.readUnits), unit: 'units' },
    {
      what: `messages of an event and receiver ${to}`,
      value: each(run.usage.postUnits) / traffic.receivers,
      unit: 'messages',
      limit: { most: 0.1 },
    },
    { what: `bytes of log of an event ${to}`, value: logBytesOfEvent, unit: 'bytes', limit: { most: 630 } },
  ];
}

function chartOf(reports: readonly CostReport[]) {
  const traffics = reports.map(({ traffic }) => traffic);
  const lines = new Map<string, (readonly [number, number])[]>();
  const add = (name: string, x: number, y: number): void => {
    if (!Number.isNaN(y) && y > 0) lines.set(name, [...(lines.get(name) ?? []), [x, y]]);
  };
  for (const { traffic, hub } of reports) add(hub.name, traffic.receivers, hub.events + hub.connections);
  for (const traffic of traffics) {
    for (const { name, events, connections } of peersOf(traffic)) add(name, traffic.receivers, events + connections);
    addBundled(traffic, add);
  }
  return {
    name: 'cost-by-receivers',
    title: 'A month of a million 1 KB events, with the connections that receive them',
    kind: 'lines' as const,
    x: { label: 'receivers of each event', logarithmic: true },
    y: { label: 'dollars', logarithmic: true },
    series: [...lines].map(([name, points]) => ({ name, points })),
  };
}

function addBundled(traffic: Traffic, add: (name: string, x: number, y: number) => void): void {
  const appSync = peersOf(bundled(traffic)).find(({ name }) => name === 'AppSync Events');
  if (appSync === undefined) throw new Error('Expected AppSync Events among the peers');
  add('AppSync Events, bundled by hand', traffic.receivers, appSync.events + appSync.connections);
}
