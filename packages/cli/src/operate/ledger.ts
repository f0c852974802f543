import { asEventId, asSequence, type EventId, padSequence, type Sequence, type TenantId } from '@tidings/contracts';
import { unpackJson } from '../../../../lambdas/adapters/dynamodb/event-item.ts';
import { type Key, ledgerPartition, TTL_ATTRIBUTE } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import { Failure } from '../failure.ts';
import type { Item, Tables } from './aws.ts';

/** One event, as its ledger entry names it. */
export interface LedgerLine {
  readonly sequence: Sequence;
  readonly id: EventId;
  /** UTF-8 bytes of the event as JSON. */
  readonly bytes: number;
}

/** What one commit has recorded. */
export interface LedgerEntry {
  readonly key: Key;
  /** In their order. */
  readonly lines: readonly LedgerLine[];
  /** Bytes of the item itself, about. */
  readonly itemBytes: number;
  /** From when on readers treat the events as gone. */
  readonly expiresAt: Date;
}

/** The range that sequences of a ledger can be in. */
const FIRST = padSequence(asSequence(0));
const LAST = '9'.repeat(FIRST.length);

/**
 * The ledger of a tenant, an entry of a commit at a time, a page of the table at a time. Entries past their time are
 * among them until DynamoDB deletes them.
 * @param after the entries that hold anything after this sequence
 * @throws Failure for an entry that cannot be read
 */
export async function* readLedger(
  tables: Pick<Tables, 'query'>,
  table: string,
  tenant: TenantId,
  after = 0,
): AsyncGenerator<readonly LedgerEntry[]> {
  const first = padSequence(asSequence(after + 1));
  for await (const items of tables.query(table, ledgerPartition(tenant), [first, LAST])) yield items.map(toEntry);
}

/** Source of the layout: `lambdas/adapters/dynamodb/event-log.ts`. */
function toEntry(item: Item): LedgerEntry {
  const PK = item['PK']?.S ?? '';
  const SK = item['SK']?.S ?? '';
  const packed = item['headers']?.B;
  if (packed === undefined) throw unreadable(SK);
  const headers = parseHeaders(packed, SK);
  const first = Number(SK) - headers.length + 1;
  return {
    key: { PK, SK },
    lines: headers.map(({ id, bytes = 0 }, index) => ({
      sequence: asSequence(first + index),
      id: asEventId(id),
      bytes,
    })),
    itemBytes: PK.length + SK.length + packed.byteLength + ITEM_NAMES_BYTES,
    expiresAt: new Date(Number(item[TTL_ATTRIBUTE]?.N) * 1000),
  };
}

/** Names of the attributes and the number of the time to live. */
const ITEM_NAMES_BYTES = 26;

function parseHeaders(packed: Uint8Array, place: string): readonly { readonly id: string; readonly bytes?: number }[] {
  try {
    return JSON.parse(unpackJson(packed));
  } catch (cause) {
    throw unreadable(place, cause);
  }
}

const unreadable = (place: string, cause?: unknown): Failure =>
  new Failure(`the ledger entry ${place} cannot be read: this command is older than the hub, or the item is broken`, {
    cause,
  });
