import type { TenantId } from '@tidings/contracts';
import { readEventItem } from '../../../../lambdas/adapters/dynamodb/event-item.ts';
import { eventKey } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import { Failure } from '../failure.ts';
import type { Item, Tables } from './aws.ts';
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
  const items = new Map(found.map((item) => [item['PK']?.S, item]));
  return lines.flatMap(({ id, sequence }) => {
    const stored = readStored(items.get(eventKey(tenant, id).PK), sequence);
    return stored === undefined ? [] : [{ sequence, text: stored.json }];
  });
}

/**
 * The event of an item, if it has this place in the order: under an id that was recorded again after its time stands
 * another event.
 * @throws Failure for an item that cannot be read
 */
export function readStored(item: Item | undefined, sequence: number) {
  if (item === undefined) return undefined;
  try {
    const stored = readEventItem(item);
    return stored.sequence === sequence ? stored : undefined;
  } catch (cause) {
    throw new Failure(
      `the event ${sequence} cannot be read: this command is older than the hub, or the item is broken`,
      {
        cause,
      },
    );
  }
}
