import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Surroundings } from '../../core/ports/surroundings.ts';

type Item = Record<string, AttributeValue>;

/** Keys of one request. Source: DynamoDB API reference, BatchGetItem. */
const KEYS_PER_REQUEST = 100;
const REQUESTS_AT_ONCE = 4;
const MAX_ATTEMPTS = 10;

interface BatchGet {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Distinct: DynamoDB refuses a key that occurs twice. */
  readonly keys: readonly Item[];
  readonly surroundings: Pick<Surroundings, 'random' | 'pause'>;
}

/**
 * The items with these keys, in no order; missing ones are left out. DynamoDB returns what fits into 16 MB and what it
 * has capacity for, and names the rest; the rest is asked for again.
 * @throws Error if the table would not give the rest after several attempts
 */
export async function batchGet({ keys, ...rest }: BatchGet): Promise<readonly Item[]> {
  const requests: (readonly Item[])[] = [];
  for (let at = 0; at < keys.length; at += KEYS_PER_REQUEST) requests.push(keys.slice(at, at + KEYS_PER_REQUEST));
  const found: Item[] = [];
  const queue = requests.values();
  const worker = async (): Promise<void> => {
    for (const request of queue) found.push(...(await getAll({ keys: request, ...rest })));
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, requests.length) }, worker));
  return found;
}

async function getAll({ client, tableName, keys, surroundings }: BatchGet): Promise<readonly Item[]> {
  const found: Item[] = [];
  let open = [...keys];
  for (let attempt = 0; open.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw new Error(`${tableName} left ${open.length} items unread`);
    if (attempt > 0) await surroundings.pause(surroundings.random() * 10 * 2 ** attempt);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: open, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[tableName] ?? []));
    open = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
}
