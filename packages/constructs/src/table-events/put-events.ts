import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { CompleteEvent } from '@tidings/client';
import type { ChangePorts, PutOutcome } from './publish-changes.ts';

/**
 * Entries and bytes of one request, and what the time of an entry counts as.
 * Source: EventBridge API reference, PutEvents; user guide, "Calculating PutEvents event entry size".
 */
const LIMITS = { events: 10, bytes: 256 * 1024 - 1 } as const;
const BYTES_OF_TIME = 14;
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MILLISECONDS = 100;

/**
 * What no repetition changes. Other errors that AWS calls not retryable, such as a missing permission, are about the way to
 * the bus and not about the event: when that is repaired, everything goes on.
 * Source: EventBridge API reference, PutEventsResultEntry.
 */
const REFUSALS: ReadonlySet<string> = new Set(['InvalidArgument', 'MalformedDetail', 'RedactionFailure']);

/** The bus of a module. Entries that fail for the moment are sent again, those alone. */
export function createBus(
  client: EventBridgeClient,
  busName: string,
  pause: (milliseconds: number) => Promise<unknown>,
): Pick<ChangePorts, 'limits' | 'bytesOf' | 'put'> {
  return {
    limits: LIMITS,
    bytesOf: (event) =>
      Buffer.byteLength(JSON.stringify(event)) +
      Buffer.byteLength(event.source) +
      Buffer.byteLength(event.type) +
      BYTES_OF_TIME,
    put: async (events) => {
      const outcomes: PutOutcome[] = events.map(() => ({ kind: 'failed', reason: 'not tried' }));
      let open = events.map((_, index) => index);
      for (let attempt = 1; open.length > 0 && attempt <= MAX_ATTEMPTS; attempt += 1) {
        if (attempt > 1) await pause(FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
        const answers = await send(
          client,
          busName,
          open.flatMap((index) => events[index] ?? []),
        );
        for (const [position, index] of open.entries()) outcomes[index] = answers[position] ?? NO_ANSWER;
        open = open.filter((index) => outcomes[index]?.kind === 'failed');
      }
      return outcomes;
    },
  };
}

const NO_ANSWER: PutOutcome = { kind: 'failed', reason: 'no answer' };

async function send(
  client: EventBridgeClient,
  EventBusName: string,
  events: readonly CompleteEvent[],
): Promise<readonly PutOutcome[]> {
  try {
    const command = new PutEventsCommand({
      Entries: events.map((event) => ({
        EventBusName,
        Source: event.source,
        DetailType: event.type,
        Detail: JSON.stringify(event),
        Time: new Date(event.time),
      })),
    });
    const { Entries = [] } = await client.send(command);
    // It counts as accepted only if the bus says so: it gives what it takes an id.
    return events.map((_, index) => {
      const { EventId, ErrorCode } = Entries[index] ?? {};
      if (ErrorCode === undefined) return EventId === undefined ? NO_ANSWER : { kind: 'accepted' };
      return { kind: REFUSALS.has(ErrorCode) ? 'refused' : 'failed', reason: ErrorCode };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.name : typeof error;
    return events.map(() => ({ kind: 'failed', reason }));
  }
}
