import type { TenantId } from '@tidings/contracts';
import { eventKey } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import type { Tables } from './aws.ts';
import { type LedgerLine, readLedger } from './ledger.ts';
import { readStored } from './read-range.ts';

/** What a tenant's events take. */
export interface Stored {
  /** Events that are not past their time. */
  readonly events: number;
  /** Events and ledger entries in the table, those included that are past their time. */
  readonly items: number;
  /** As DynamoDB bills them, at most: an event's size is known as it is handed out, and it is stored compressed. */
  readonly bytes: number;
  readonly monthlyDollars: number;
  /** The first event that is not past its time. */
  readonly oldest: { readonly sequence: number; readonly recordedAt: Date | undefined } | undefined;
  /** What counting has taken. */
  readonly readUnits: number;
}

/** Bytes for which a consistent read takes a unit. Source: DynamoDB developer guide, "Read and write request units". */
const READ_UNIT_BYTES = 4096;

/** What DynamoDB adds to each item in its storage bill. Source: Amazon DynamoDB pricing, "Data storage". */
const ITEM_OVERHEAD_BYTES = 100;

/** What an event's item holds beside the event: names of attributes, sequence, times. */
const EVENT_ITEM_BYTES = 60;

const DOLLARS_PER_GIGABYTE_MONTH = 0.25;
const GIGABYTE = 1024 ** 3;

/**
 * Counts what is stored of a tenant's events from its ledger, which knows the size of each, without reading them.
 * @param onProgress told up to which sequence it has come, and how many events it has counted
 */
export async function countStored(
  tables: Pick<Tables, 'query' | 'get'>,
  table: string,
  tenant: TenantId,
  onProgress: (through: number, events: number) => void,
): Promise<Stored> {
  const now = new Date();
  let events = 0;
  let items = 0;
  let bytes = 0;
  let ledgerBytes = 0;
  let first: LedgerLine | undefined;
  for await (const entries of readLedger(tables, table, tenant)) {
    for (const { lines, itemBytes, expiresAt } of entries) {
      items += 1 + lines.length;
      ledgerBytes += itemBytes;
      bytes += itemBytes + ITEM_OVERHEAD_BYTES;
      for (const line of lines) bytes += line.bytes + itemBytesBeside(tenant, line) + ITEM_OVERHEAD_BYTES;
      if (expiresAt > now) {
        events += lines.length;
        first ??= lines[0];
      }
    }
    onProgress(entries.at(-1)?.lines.at(-1)?.sequence ?? 0, events);
  }
  const oldest = first === undefined ? undefined : await readOldest(tables, table, tenant, first);
  return {
    events,
    items,
    bytes,
    monthlyDollars: (bytes / GIGABYTE) * DOLLARS_PER_GIGABYTE_MONTH,
    oldest,
    readUnits: Math.ceil(ledgerBytes / READ_UNIT_BYTES) + (oldest?.readUnits ?? 0),
  };
}

/** Bytes of an event's item beside the event. */
const itemBytesBeside = (tenant: TenantId, { id }: LedgerLine): number =>
  Buffer.byteLength(eventKey(tenant, id).PK) + EVENT_ITEM_BYTES;

async function readOldest(tables: Pick<Tables, 'get'>, table: string, tenant: TenantId, line: LedgerLine) {
  const { id, sequence } = line;
  const item = await tables.get(table, eventKey(tenant, id));
  const bytes = item?.['event']?.B?.byteLength ?? 0;
  return {
    sequence,
    recordedAt: readStored(item, sequence)?.recordedAt,
    readUnits: Math.max(1, Math.ceil((bytes + itemBytesBeside(tenant, line)) / READ_UNIT_BYTES)),
  };
}

/** Bytes as people write them: `812 B`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
}
