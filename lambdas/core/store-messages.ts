import { isTidingsError, type ProducedEvent, type TenantId, type TidingsError } from '@tidings/contracts';
import { type IntakeMessage, readIntakeMessage } from './intake-message.ts';
import type { EventDefinitions } from './ports/event-definitions.ts';
import type { DeadLetters, Doorbell } from './ports/outbound.ts';
import { type RecordPorts, type Retention, recordEvents } from './record-events.ts';

/** What storing needs of the world. */
export interface StorePorts extends RecordPorts {
  readonly definitions: EventDefinitions;
  readonly doorbell: Doorbell;
  readonly deadLetters: DeadLetters;
}

/** A message that could not be dealt with now, and why; the queue shall deliver it again. */
export interface FailedMessage {
  readonly id: string;
  readonly cause: unknown;
}

/** What became of a batch of messages. Those not named as failed are dealt with. */
export interface StoreResult {
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: readonly { readonly id: string; readonly error: TidingsError }[];
  readonly failed: readonly FailedMessage[];
}

interface Arrival {
  readonly message: IntakeMessage;
  readonly event: ProducedEvent & { time: string };
}

/**
 * Stores what a batch of messages carries: each event recorded once, its tenant's doorbell rung after the commit, and
 * only then the message counted as dealt with. So a crash anywhere leads to a second delivery, which finds the events
 * recorded and rings again. A message that can never be stored goes to the dead letters with the reason.
 */
export async function storeMessages(
  messages: readonly IntakeMessage[],
  retention: Retention,
  ports: StorePorts,
): Promise<StoreResult> {
  const refused: { message: IntakeMessage; error: TidingsError }[] = [];
  const byTenant = new Map<TenantId, Arrival[]>();
  for (const message of messages) {
    try {
      const event = readIntakeMessage(message.body, ports.definitions);
      const arrivals = byTenant.get(event.tenantid) ?? [];
      byTenant.set(event.tenantid, arrivals);
      arrivals.push({ message, event });
    } catch (error) {
      if (!isTidingsError(error)) throw error;
      refused.push({ message, error });
    }
  }
  const failed: FailedMessage[] = [];
  let stored = 0;
  const buried = refused.map(({ message, error }) =>
    ports.deadLetters.send(message.body, error).catch((cause: unknown) => failed.push({ id: message.id, cause })),
  );
  const kept = [...byTenant].map(async ([tenant, arrivals]) => {
    try {
      const added = await storeArrivals(tenant, arrivals, retention, ports);
      stored += added;
    } catch (cause) {
      failed.push(...arrivals.map(({ message }) => ({ id: message.id, cause })));
    }
  });
  await Promise.all([...buried, ...kept]);
  const unfinished = new Set(failed.map(({ id }) => id));
  const arrived = [...byTenant.values()].flat().filter(({ message }) => !unfinished.has(message.id)).length;
  return {
    stored,
    duplicates: Math.max(0, arrived - stored),
    refused: refused.map(({ message, error }) => ({ id: message.id, error })),
    failed,
  };
}

async function storeArrivals(
  tenant: TenantId,
  arrivals: readonly Arrival[],
  retention: Retention,
  ports: StorePorts,
): Promise<number> {
  const events = arrivals.map(({ event }) => event);
  const { head, added } = await recordEvents(tenant, events, retention, ports);
  await ports.doorbell.ring(tenant, head, occasionOf(arrivals, added));
  return added;
}

/**
 * A ring is one with an earlier ring for the same head. After a redelivery that must not be: the earlier one may have
 * been rung before a crash and be lost in the dead letters since.
 */
function occasionOf(arrivals: readonly Arrival[], added: number): string | undefined {
  const [first] = arrivals;
  if (first === undefined || added > 0) return undefined;
  return `${first.message.id}:${first.message.receiveCount}`;
}
