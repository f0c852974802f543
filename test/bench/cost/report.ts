import type { BillLine } from './bill.ts';
import { billOfEvents, billOfMinutes, logBytesOf, totalOf } from './bill.ts';
import { type CountedRun, runCounted } from './counted-run.ts';
import { bundled, peersOf, type Traffic } from './peers.ts';
import type { Compared } from './report-lines.ts';

/** A month of the hub, with what it was computed from, and of its peers. */
export interface CostReport {
  readonly traffic: Traffic;
  readonly run: CountedRun;
  readonly events: readonly BillLine[];
  readonly minutes: BillLine;
  /** Bytes of log for each event. */
  readonly logBytesOfEvent: number;
  readonly hub: Compared;
  readonly peers: readonly Compared[];
}

/**
 * Counts a run and computes a month from it.
 * @param batches that are counted; more make the times of functions steadier, and change no count
 */
export async function reportCost(
  traffic: Traffic,
  batches: number,
  progress: (text: string) => void,
): Promise<CostReport> {
  const run = await runCounted({ ...traffic, batches }, progress);
  const events = billOfEvents(run, traffic);
  const minutes = billOfMinutes(traffic);
  const logs = logBytesOf(run);
  const byHand = new Map(peersOf(bundled(traffic)).map((bill) => [bill.name, bill.events]));
  return {
    traffic,
    run,
    events,
    minutes,
    logBytesOfEvent: (logs.own + logs.lambda + logs.access) / run.events,
    hub: {
      name: 'Tidings',
      events: totalOf(events),
      connections: minutes.dollars,
      remark: `keeps ${traffic.retentionDays} days, each once and in order`,
    },
    peers: peersOf(traffic).map((bill) => {
      const bundledEvents = byHand.get(bill.name);
      return bundledEvents === undefined || bundledEvents === bill.events || Number.isNaN(bundledEvents)
        ? bill
        : { ...bill, bundledEvents };
    }),
  };
}
