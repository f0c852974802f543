import { type Code, isTidingsError, type ProducedEvent, TidingsError, type Violation } from '@tidings/contracts';
import { type AdmittedEvent, admitEvent, withTime } from './admit-event.ts';
import type { Identity } from './identity.ts';
import type { EventDefinitions } from './ports/event-definitions.ts';
import type { EventBus } from './ports/outbound.ts';
import type { Surroundings } from './ports/surroundings.ts';

/** What ingesting needs of the world. */
export interface IngestPorts {
  readonly definitions: EventDefinitions;
  readonly bus: EventBus;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/** An event that is not accepted, and why. */
export interface RejectedEvent {
  /** Position in the request, from 0. */
  readonly index: number;
  /** The event's id, where one could be read. */
  readonly id: string | undefined;
  readonly code: Code;
  readonly detail: string;
  readonly errors: readonly Violation[];
}

/** What became of a request's events: each is in one of the lists. */
export interface IngestResult {
  readonly accepted: readonly ProducedEvent[];
  readonly rejected: readonly RejectedEvent[];
}

/**
 * Takes the events of one request: checks each on its own and puts those that may pass on the bus of their module.
 * An accepted event is on its bus.
 */
export async function ingest(
  candidates: readonly unknown[],
  identity: Identity,
  ports: IngestPorts,
): Promise<IngestResult> {
  const time = ports.surroundings.now().toISOString();
  const admitted: { index: number; event: AdmittedEvent }[] = [];
  const rejected: RejectedEvent[] = [];
  candidates.forEach((candidate, index) => {
    try {
      const event = admitEvent(candidate, ports.definitions, (sent, module) => assertMayPut(sent, module, identity));
      admitted.push({ index, event: withTime(event, time) });
    } catch (error) {
      if (!isTidingsError(error)) throw error;
      rejected.push({ index, id: idOf(candidate), code: error.code, detail: error.message, errors: error.errors });
    }
  });
  const failures = admitted.length === 0 ? [] : await ports.bus.put(admitted.map(({ event }) => event));
  const accepted: ProducedEvent[] = [];
  admitted.forEach(({ index, event: { event } }, i) => {
    const failure = failures[i];
    if (failure === undefined) accepted.push(event);
    else
      rejected.push({ index, id: event.id, code: 'BUS_UNAVAILABLE', detail: `${failure}; send it again`, errors: [] });
  });
  return { accepted, rejected: rejected.toSorted((a, b) => a.index - b.index) };
}

function assertMayPut(event: ProducedEvent, module: AdmittedEvent['module'], { scopes, tenant }: Identity): void {
  if (!scopes.includes(module)) {
    throw new TidingsError('SCOPE_MISSING', `Putting ${event.type} takes the scope "${module}", which the token lacks`);
  }
  if (tenant !== undefined && tenant !== event.tenantid) {
    const message = 'expected the tenant that the token is for, found another';
    throw new TidingsError('TENANT_MISMATCH', `The token is for another tenant than the event: ${message}`, {
      errors: [{ path: '/tenantid', message }],
    });
  }
}

function idOf(candidate: unknown): string | undefined {
  const id = typeof candidate === 'object' && candidate !== null && 'id' in candidate ? candidate.id : undefined;
  return typeof id === 'string' ? id.slice(0, 256) : undefined;
}
