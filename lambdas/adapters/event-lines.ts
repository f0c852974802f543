import type { Code, EventId, ProducedEvent, Sequence, TenantId } from '@tidings/contracts';
import type { RejectedEvent } from '../core/ingest.ts';
import type { RecordedEvent } from '../core/record-events.ts';
import { traceIdOf } from '../core/trace-context.ts';

/**
 * What logs say of events: a line for many, because logs are paid for by the byte, and of a line for each event most would
 * be what all of them have in common. What queries ask for comes before the list: CloudWatch Logs Insights makes fields of
 * the first 200 values of a line only, and finds an id behind those by `@message like`.
 *
 * A line cannot become longer than the 256 KB that CloudWatch takes, however long the ids of a request's events are.
 * Sources: CloudWatch Logs user guide, "Supported logs and discovered fields"; API reference, InputLogEvent.
 */
interface EventsLine<Entry> {
  /** Events of the line. */
  readonly count: number;
  readonly events: readonly Entry[];
}

/** Events of a tenant that are on their bus. */
export interface AcceptedLine
  extends EventsLine<{ readonly id: EventId; readonly type: string; readonly traceId: string | undefined }> {
  readonly tenant: TenantId;
}

/** Events that were rejected for the same reason. */
export interface RejectedLine extends EventsLine<{ readonly index: number; readonly id: string | undefined }> {
  readonly code: Code;
}

/** Events of a tenant with numbers that follow each other, in their order. */
export interface RecordedLine extends EventsLine<{ readonly id: EventId; readonly traceId: string | undefined }> {
  readonly tenant: TenantId;
  /** Of the first event, and of the last. */
  readonly first: Sequence;
  readonly last: Sequence;
}

/** A line for each tenant: a request seldom has several. */
export const acceptedLines = (events: readonly ProducedEvent[]): readonly AcceptedLine[] =>
  grouped(events, ({ tenantid }) => tenantid).map(([tenant, those]) => ({
    tenant,
    count: those.length,
    events: those.map(({ id, type, traceparent }) => ({ id, type, traceId: traceIdOf(traceparent) })),
  }));

/** A line for each code. */
export const rejectedLines = (events: readonly RejectedEvent[]): readonly RejectedLine[] =>
  grouped(events, ({ code }) => code).map(([code, those]) => ({
    code,
    count: those.length,
    events: those.map(({ index, id }) => ({ index, id })),
  }));

/** A line for each stretch without a gap: other events come between two commits only where several write. */
export const recordedLines = (tenant: TenantId, events: readonly RecordedEvent[]): readonly RecordedLine[] =>
  // Numbers that follow each other are as far from their places in the list as each other.
  grouped(events, ({ sequence }, place) => sequence - place).map(([, those]) => ({
    tenant,
    first: those[0].sequence,
    last: (those.at(-1) ?? those[0]).sequence,
    count: those.length,
    events: those.map(({ event: { id, traceparent } }) => ({ id, traceId: traceIdOf(traceparent) })),
  }));

type Group<Thing> = [Thing, ...Thing[]];

function grouped<Thing, Key>(
  things: readonly Thing[],
  keyOf: (thing: Thing, place: number) => Key,
): readonly [Key, Group<Thing>][] {
  const groups = new Map<Key, Group<Thing>>();
  things.forEach((thing, place) => {
    const key = keyOf(thing, place);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  });
  return [...groups];
}
