import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, sizeOf } from './item-size.ts';

/** What was written to tables, by the kind of item: what its partition key begins with. */
export interface Writes {
  requests: number;
  /** Write capacity units, by DynamoDB's rules. */
  units: Record<string, number>;
  /** Bytes of the items, as DynamoDB counts them. */
  bytes: Record<string, number>;
  /** Write capacity units as the engine says. */
  reported: number;
}

/** Bytes of a unit. Source: DynamoDB developer guide, "Capacity unit consumption for write operations". */
const UNIT_BYTES = 1024;

/** Units for a started KB of an item. Source: the same; a transaction writes each item twice, to prepare and to commit. */
const UNITS = { single: 1, transactional: 2 } as const;

interface Put {
  readonly Item?: Item;
}
interface Update {
  readonly Key?: Item;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeValues?: Item;
}

interface Input extends Update {
  readonly TransactItems?: readonly { readonly Put?: Put; readonly Update?: Update }[];
  ReturnConsumedCapacity?: string;
}

interface Output {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}
interface Capacity {
  readonly CapacityUnits?: number;
}

/**
 * Counts what a client writes from now on, from the items that it sends. An update is counted by the item that it
 * leaves, which is known where it sets all attributes that there are; those of the hub's log do.
 */
export function meterWrites(client: DynamoDBClient): Writes {
  const writes: Writes = { requests: 0, units: {}, bytes: {}, reported: 0 };
  const add = (item: Item, factor: number): void => {
    const size = sizeOf(item);
    const kind = (item['PK']?.S ?? '').slice(0, 1);
    writes.units[kind] = (writes.units[kind] ?? 0) + factor * Math.max(1, Math.ceil(size / UNIT_BYTES));
    writes.bytes[kind] = (writes.bytes[kind] ?? 0) + size;
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as Input;
      const isWrite = input.TransactItems !== undefined || input.UpdateExpression !== undefined;
      if (isWrite) input.ReturnConsumedCapacity = 'TOTAL';
      const result = await next(args);
      if (!isWrite) return result;
      writes.requests += 1;
      for (const { Put, Update } of input.TransactItems ?? []) {
        add(Put?.Item ?? updated(Update ?? {}), UNITS.transactional);
      }
      if (input.TransactItems === undefined) add(updated(input), UNITS.single);
      const { ConsumedCapacity = [] } = result.output as Output;
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) writes.reported += CapacityUnits;
      return result;
    },
    { step: 'initialize', name: 'meterWrites' },
  );
  return writes;
}

/** The item after an update: its key, and what every `SET name = :value` sets; epochs stay, and are in the condition. */
function updated({ Key = {}, UpdateExpression = '', ExpressionAttributeValues: values = {} }: Update): Item {
  const set = [...UpdateExpression.matchAll(/(\w+) = (:\w+)/g)].flatMap(([, name = '', value = '']) => {
    const found = values[value];
    return found === undefined ? [] : [[name, found] as const];
  });
  const epoch: Record<string, AttributeValue> = values[':epoch'] === undefined ? {} : { epoch: values[':epoch'] };
  return { ...Key, ...Object.fromEntries(set), ...epoch };
}

/** The sum of what is counted by kind. */
export const total = (byKind: Readonly<Record<string, number>>): number =>
  Object.values(byKind).reduce((sum, one) => sum + one, 0);
