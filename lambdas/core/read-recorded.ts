import { padSequence, type Sequence, type TenantId } from '@tidings/contracts';
import type { EventLog, LedgerEvent } from './ports/event-log.ts';

/**
 * The events of these headers as JSON text, by their sequence. Those are missing that have gone since the ledger was
 * read: they were at the end of their time. Once an event is past it, its id may be recorded again; what is found under
 * the id is then another event, in another place of the order.
 */
export async function readRecorded(
  tenant: TenantId,
  headers: readonly LedgerEvent[],
  log: Pick<EventLog, 'readEvents'>,
): Promise<ReadonlyMap<Sequence, string>> {
  const found = await log.readEvents(tenant, [...new Set(headers.map(({ id }) => id))]);
  return new Map(
    headers.flatMap(({ id, sequence }): [Sequence, string][] => {
      const json = found.get(id);
      return json?.includes(`"sequence":"${padSequence(sequence)}"`) ? [[sequence, json]] : [];
    }),
  );
}

/** The log as it is without some events that have gone since its ledger was read. */
export function withoutGone<Log extends Pick<EventLog, 'readLedger'>>(log: Log, gone: ReadonlySet<Sequence>): Log {
  const readLedger: EventLog['readLedger'] = async (...range) => {
    const { events, through } = await log.readLedger(...range);
    return { events: events.filter(({ sequence }) => !gone.has(sequence)), through };
  };
  return { ...log, readLedger };
}
