import type { CompleteEvent } from '@tidings/client';
import { planEvents } from './plan-events.ts';
import { itemKey, type StreamRecord } from './stream-record.ts';
import type { TableMapping } from './table-mapping.ts';
import { UnfitChange } from './unfit-change.ts';

/** What became of an event that was put on the bus. */
export type PutOutcome =
  | { readonly kind: 'accepted' }
  /** It may be accepted another time, or when somebody has repaired what is between here and the bus. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It would be refused again. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface ChangePorts {
  /** Entries that one request takes. */
  readonly limits: { readonly events: number; readonly bytes: number };
  bytesOf(event: CompleteEvent): number;
  /** Never throws. @returns what became of each, in their order */
  put(events: readonly CompleteEvent[]): Promise<readonly PutOutcome[]>;
  /** Puts a change aside, with the reason. @throws whatever keeps it from doing so */
  park(record: StreamRecord, reason: UnfitChange): Promise<void>;
}

/** What became of a batch; for the answer to Lambda, and for logs. */
export interface BatchResult {
  readonly published: number;
  readonly parked: readonly { readonly record: StreamRecord; readonly code: string }[];
  /** The first change that is not dealt with: Lambda hands this one and all after it out again. */
  readonly failed?: { readonly record: StreamRecord; readonly reason: string };
}

interface Step {
  readonly record: StreamRecord;
  readonly event: CompleteEvent;
  readonly bytes: number;
}

/**
 * Publishes a batch of changes in its order. Changes of one item never go together in one request, because of its entries
 * the second may be taken and the first not: the next one of an item goes when the one before it was accepted or put aside.
 * A change that can never be published is put aside, so that the others need not wait for it. With the first that fails for
 * now it stops, and everything from there on comes again, each under the id that it had.
 */
export async function publishChanges(
  records: readonly StreamRecord[],
  mapping: TableMapping,
  ports: ChangePorts,
): Promise<BatchResult> {
  const parked: { record: StreamRecord; code: string }[] = [];
  let published = 0;
  let request: Step[] = [];

  const park = async (record: StreamRecord, reason: UnfitChange): Promise<string | undefined> => {
    try {
      await ports.park(record, reason);
      parked.push({ record, code: reason.code });
      return undefined;
    } catch (error) {
      return `cannot be put aside (${error instanceof Error ? error.name : typeof error})`;
    }
  };

  /** @returns the first change that is not dealt with */
  const flush = async (): Promise<BatchResult['failed']> => {
    const steps = request;
    request = [];
    if (steps.length === 0) return undefined;
    const outcomes = await ports.put(steps.map(({ event }) => event));
    for (const [index, { record }] of steps.entries()) {
      const outcome: PutOutcome = outcomes[index] ?? { kind: 'failed', reason: 'no answer' };
      if (outcome.kind === 'accepted') published += 1;
      if (outcome.kind === 'failed') return { record, reason: outcome.reason };
      if (outcome.kind === 'refused') {
        const reason = await park(record, new UnfitChange('BUS_REFUSED', `The bus answered ${outcome.reason}`));
        if (reason !== undefined) return { record, reason };
      }
    }
    return undefined;
  };

  const add = async (step: Step): Promise<BatchResult['failed']> => {
    const bytes = request.reduce((sum, each) => sum + each.bytes, step.bytes);
    const isFull = request.length === ports.limits.events || bytes > ports.limits.bytes;
    const waits = request.some(({ record }) => itemKey(record) === itemKey(step.record));
    const failed = isFull || waits ? await flush() : undefined;
    request.push(step);
    return failed;
  };

  for (const record of records) {
    const events = plan(record, mapping);
    if (events instanceof UnfitChange) {
      // What came before it goes first: were that to fail, this one would be put aside twice.
      const failed = await flush();
      if (failed !== undefined) return { published, parked, failed };
      const reason = await park(record, events);
      if (reason !== undefined) return { published, parked, failed: { record, reason } };
      continue;
    }
    for (const event of events) {
      const failed = await add({ record, event, bytes: ports.bytesOf(event) });
      if (failed !== undefined) return { published, parked, failed };
    }
  }
  const failed = await flush();
  return { published, parked, ...(failed !== undefined && { failed }) };
}

function plan(record: StreamRecord, mapping: TableMapping): readonly CompleteEvent[] | UnfitChange {
  try {
    return planEvents(record, mapping);
  } catch (error) {
    if (error instanceof UnfitChange) return error;
    throw error;
  }
}
