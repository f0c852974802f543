import { type Item, sizeOf } from '../capacity/item-size.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { readUnits, writeUnits } from './item-units.ts';

/** What a run has asked AWS for, in the units that are billed. */
export interface Usage {
  putEvents: number;
  busUnits: number;
  /** Requests of the functions to queues; those that Lambda and EventBridge make are not seen here. */
  ringUnits: number;
  otherQueueUnits: number;
  tableRequests: number;
  readRequests: number;
  writeUnits: number;
  readUnits: number;
  /** Bytes that stay in tables, with what DynamoDB adds to them. */
  storedBytes: number;
  posts: number;
  postUnits: number;
  postBytes: number;
}

export const noUsage = (): Usage => ({
  putEvents: 0,
  busUnits: 0,
  ringUnits: 0,
  otherQueueUnits: 0,
  tableRequests: 0,
  readRequests: 0,
  writeUnits: 0,
  readUnits: 0,
  storedBytes: 0,
  posts: 0,
  postUnits: 0,
  postBytes: 0,
});

/** Units of something that is billed by each so many bytes begun. */
export const unitsOf = (bytes: number, unit: number): number => Math.max(1, Math.ceil(bytes / unit));

interface Write {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
}

/** What is read of a request to DynamoDB, and of its answer. */
export interface TableCall extends Write {
  readonly ConsistentRead?: boolean;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly TransactItems?: readonly Readonly<Record<string, Write>>[];
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
}
export interface TableAnswer {
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>> | readonly { readonly Item?: Item }[];
}

/** Looks up an item after a write that changed it. */
export type Look = (TableName: string, Key: Item) => Promise<Item | undefined>;

/**
 * Counts a call by DynamoDB's rules. Engines on one machine say of some calls what AWS would not.
 *
 * - a write: the item by KB begun; in a transaction twice that. A condition that fails costs the same.
 * - a query: the sum of its items by 4 KB begun; single items and each of a batch by themselves. Not consistent: half.
 */
export async function meterTableCall(
  action: string,
  call: TableCall,
  answer: TableAnswer,
  look: Look,
  usage: Usage,
): Promise<void> {
  usage.tableRequests += 1;
  if (action === 'TransactWriteItems') {
    for (const operation of call.TransactItems ?? []) {
      for (const [kind, write] of Object.entries(operation)) await meterWrite(kind, write, 2, look, usage);
    }
  } else if (action in WRITES) {
    await meterWrite(WRITES[action as keyof typeof WRITES], call, 1, look, usage);
  } else {
    usage.readRequests += 1;
    usage.readUnits += unitsRead(action, call, answer);
  }
}

const WRITES = { PutItem: 'Put', UpdateItem: 'Update', DeleteItem: 'Delete' } as const;

async function meterWrite(kind: string, write: Write, factor: number, look: Look, usage: Usage): Promise<void> {
  const { TableName = '', Item, Key } = write;
  const item = Item ?? (Key && (await look(TableName, Key))) ?? Key ?? {};
  const bytes = sizeOf(item);
  usage.writeUnits += factor * writeUnits(bytes);
  // An update replaces what was there, or will be replaced: counters, positions and connections do not grow.
  if (kind === 'Put') usage.storedBytes += bytes + ASSUMPTIONS.storedItemBytes;
}

function unitsRead(action: string, call: TableCall, answer: TableAnswer): number {
  const share = (consistent = false): number => (consistent ? 1 : 0.5);
  // What a filter or a projection leaves out is read all the same, and the answer does not have it.
  if (answer.ConsumedCapacity !== undefined) return answer.ConsumedCapacity.CapacityUnits;
  switch (action) {
    case 'GetItem':
      return share(call.ConsistentRead) * readUnits(sizeOf(answer.Item ?? {}));
    case 'Query':
    case 'Scan':
      return share(call.ConsistentRead) * readUnits((answer.Items ?? []).reduce((sum, item) => sum + sizeOf(item), 0));
    case 'BatchGetItem':
      return Object.entries(answer.Responses ?? {}).reduce(
        (sum, [table, items]: [string, readonly Item[]]) =>
          sum +
          share(call.RequestItems?.[table]?.ConsistentRead) *
            items.reduce((units, item) => units + readUnits(sizeOf(item)), 0),
        0,
      );
    default:
      throw new Error(`Expected a call to DynamoDB that can be counted, found ${action}`);
  }
}
