import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, sizeOf } from './item-size.ts';

/** What was read from tables. */
export interface Reads {
  requests: number;
  items: number;
  /** As DynamoDB counts an item: the UTF-8 bytes of its names and values. */
  bytes: number;
  /** Read capacity units, strongly consistent. */
  units: number;
}

interface Output {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
}

/** Bytes of a unit. Source: DynamoDB developer guide, "Capacity unit consumption for read operations". */
const UNIT_BYTES = 4096;

/**
 * Counts what a client reads from now on. Units are computed by the rules of the developer guide, as engines differ in
 * what they say: a query rounds up the sum of its items, a single item and each of a batch is rounded up by itself.
 */
export function meterReads(client: DynamoDBClient): Reads {
  const reads: Reads = { requests: 0, items: 0, bytes: 0, units: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { Item, Items, Responses } = result.output as Output;
      const single = [...(Item === undefined ? [] : [Item]), ...Object.values(Responses ?? {}).flat()];
      const sizes = single.map(sizeOf);
      const together = (Items ?? []).reduce((sum, item) => sum + sizeOf(item), 0);
      reads.requests += 1;
      reads.items += single.length + (Items?.length ?? 0);
      reads.bytes += sizes.reduce((sum, size) => sum + size, 0) + together;
      reads.units +=
        sizes.reduce((sum, size) => sum + unitsOf(size), 0) + (Items === undefined ? 0 : unitsOf(together));
      return result;
    },
    { step: 'initialize', name: 'meterReads' },
  );
  return reads;
}

const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / UNIT_BYTES));
