import { padSequence, type TenantId } from '@tidings/contracts';
import { eventKey } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import type { Tables } from './aws.ts';
import { type LedgerLine, readLedger } from './ledger.ts';

/** Events that are fetched at once: as many as one request of DynamoDB takes. */
const FETCHED = 100;

/** A part of a tenant's log. */
export interface Range {
  readonly tables: Pick<Tables, 'query' | 'getAll'>;
  readonly table: string;
  readonly tenant: TenantId;
  /** Begin after this sequence. */
  readonly after: number;
  /** End with this one. */
  readonly until: number;
  readonly now: Date;
}

/** An event as it is stored, with the JSON text that the hub hands out. */
export interface StoredEvent {
  readonly sequence: number;
  readonly text: string;
}

/**
 * The events of a range in their order, some at a time, without those that are past their time. An event that has gone
 * since the ledger was read is missing, as it would be a moment later.
 */
export async function* readRange(range: Range): AsyncGenerator<readonly StoredEvent[]> {
  const { tables, table, tenant, after, until, now } = range;
  for await (const entries of readLedger(tables, table, tenant, after)) {
    const lines = entries
      .filter(({ expiresAt }) => expiresAt > now)
      .flatMap((entry) => entry.lines)
      .filter(({ sequence }) => sequence > after && sequence <= until);
    for (let at = 0; at < lines.length; at += FETCHED) yield await fetchEvents(range, lines.slice(at, at + FETCHED));
    if ((entries.at(-1)?.lines.at(-1)?.sequence ?? 0) >= until) return;
  }
}

async function fetchEvents(
  { tables, table, tenant }: Range,
  lines: readonly LedgerLine[],
): Promise<readonly StoredEvent[]> {
  const keys = [...new Set(lines.map(({ id }) => id))].map((id) => eventKey(tenant, id));
  const found = await tables.getAll(table, keys);
  const texts = new Map(found.map((item) => [item['id']?.S ?? '', item['event']?.S ?? '']));
  return lines.flatMap(({ id, sequence }) => {
    const text = texts.get(id);
    return text !== undefined && isAt(text, sequence) ? [{ sequence, text }] : [];
  });
}

/**
 * Whether the text of an event has this place in the order: under an id that was recorded again after its time stands
 * another event.
 */
export const isAt = (text: string, sequence: number): boolean =>
  text.includes(`"sequence":"${padSequence(sequence as LedgerLine['sequence'])}"`);
