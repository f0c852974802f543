import { type Code, type Head, isTidingsError, type TenantId } from '@tidings/contracts';
import { type IntakeMessage, readIntakeMessage } from './intake-message.ts';
import type { EventDefinitions } from './ports/event-definitions.ts';
import type { DeadLetters, Doorbell } from './ports/outbound.ts';
import {
  type Recordable,
  type RecordedEvent,
  type RecordPorts,
  type Retention,
  recordEvents,
} from './record-events.ts';

/** What storing needs of the world. */
export interface StorePorts extends RecordPorts {
  readonly definitions: EventDefinitions;
  readonly doorbell: Doorbell;
  readonly deadLetters: DeadLetters;
}

/** A message that could not be dealt with now, and why; the queue shall deliver it again. */
export interface FailedMessage {
  readonly message: IntakeMessage;
  readonly cause: unknown;
}

/** A message that lies in the dead letters now, with this code and a reason. */
export interface BuriedMessage {
  readonly message: IntakeMessage;
  readonly code: Code;
}

/** What a batch has brought to one tenant's log; for metrics and logs. */
export interface TenantStored {
  readonly tenant: TenantId;
  readonly head: Head;
  readonly added: readonly RecordedEvent[];
  readonly duplicates: number;
}

/** What became of a batch of messages: each that is not an event stored or known is buried or has failed. */
export interface StoreResult {
  readonly stored: number;
  readonly duplicates: number;
  /** Those whose messages were dealt with. */
  readonly tenants: readonly TenantStored[];
  readonly buried: readonly BuriedMessage[];
  readonly failed: readonly FailedMessage[];
}

interface Arrival extends Recordable {
  readonly message: IntakeMessage;
}

/**
 * Stores what a batch of messages carries: each event recorded once, its tenant's doorbell rung after the commit, and
 * only then the message counted as dealt with. So a crash anywhere leads to a second delivery, which finds the events
 * recorded and rings again. A message that can never be stored goes to the dead letters with the reason; so does one
 * whose last try fails, because the queue itself would move it there without.
 */
export async function storeMessages(
  messages: readonly IntakeMessage[],
  retention: Retention,
  ports: StorePorts,
): Promise<StoreResult> {
  const { byTenant, troubles } = sort(messages, ports.definitions);
  const tenants: TenantStored[] = [];
  const storing = [...byTenant].map(async ([tenant, arrivals]) => {
    try {
      tenants.push(await storeArrivals(tenant, arrivals, retention, ports));
    } catch (cause) {
      troubles.push(...arrivals.map(({ message }) => ({ message, cause })));
    }
  });
  await Promise.all(storing);
  const sum = (count: (one: TenantStored) => number) => tenants.reduce((total, one) => total + count(one), 0);
  const stored = sum(({ added }) => added.length);
  const duplicates = sum((one) => one.duplicates);
  return { stored, duplicates, tenants, ...(await bury(troubles, ports.deadLetters)) };
}

/** The messages by tenant, and those that cannot be read. */
function sort(messages: readonly IntakeMessage[], definitions: EventDefinitions) {
  const troubles: FailedMessage[] = [];
  const byTenant = new Map<TenantId, Arrival[]>();
  for (const message of messages) {
    try {
      const read = readIntakeMessage(message.body, definitions);
      const { event } = read;
      const arrivals = byTenant.get(event.tenantid) ?? [];
      byTenant.set(event.tenantid, arrivals);
      arrivals.push({ message, ...read });
    } catch (cause) {
      troubles.push({ message, cause });
    }
  }
  return { byTenant, troubles };
}

/** Buries what can never be stored, and what will not be tried again. The rest has failed for now. */
async function bury(
  troubles: readonly FailedMessage[],
  deadLetters: DeadLetters,
): Promise<Pick<StoreResult, 'buried' | 'failed'>> {
  const buried: BuriedMessage[] = [];
  const failed: FailedMessage[] = [];
  const burying = troubles.map(async ({ message, cause }) => {
    const reason = reasonOf(message, cause);
    if (reason === undefined) return failed.push({ message, cause });
    try {
      const { code, message: text } = reason;
      await deadLetters.send(message.body, { code, message: text, attempts: message.receiveCount });
      return buried.push({ message, code });
    } catch (sendCause) {
      return failed.push({ message, cause: sendCause });
    }
  });
  await Promise.all(burying);
  return { buried, failed };
}

/** Why a message is buried; `undefined` if it shall be tried again. */
function reasonOf(message: IntakeMessage, cause: unknown): { code: Code; message: string } | undefined {
  if (isTidingsError(cause)) return cause;
  if (!message.isLastTry) return undefined;
  const name = cause instanceof Error ? cause.name : typeof cause;
  return {
    code: 'INTERNAL_ERROR',
    message: `Not stored in ${message.receiveCount} tries, the last ended with ${name}`,
  };
}

async function storeArrivals(
  tenant: TenantId,
  arrivals: readonly Arrival[],
  retention: Retention,
  ports: StorePorts,
): Promise<TenantStored> {
  const { head, added } = await recordEvents(tenant, arrivals, retention, ports);
  const { traceparent } = arrivals.findLast(({ event }) => event.traceparent !== undefined)?.event ?? {};
  await ports.doorbell.ring(tenant, head, occasionOf(arrivals, added.length), traceparent);
  return { tenant, head, added, duplicates: arrivals.length - added.length };
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
