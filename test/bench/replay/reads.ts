import { BatchGetItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { asSequence, LIMITS, type TenantId } from '@tidings/contracts';
import { eventKey, KEY_ATTRIBUTES, ledgerPartition } from '../../../lambdas/adapters/dynamodb/keys.ts';
import { isInAudience } from '../../../lambdas/core/identity.ts';
import type { LedgerEvent } from '../../../lambdas/core/ports/event-log.ts';
import { readPage } from '../../../lambdas/core/read-page.ts';
import { meterReads, type Reads } from '../capacity/read-meter.ts';
import { connectTo, logIn, type Reader, recipientOf } from './backlog.ts';

/** Bytes of a unit, strongly consistent. Source: DynamoDB developer guide, "Read consistency and capacity units". */
const UNIT_BYTES = 4096;

/** A table of events, and where it is. */
export interface LogTable {
  readonly endpoint: string;
  readonly tableName: string;
}

/** What a reader's catching up took, and how many events it brought. */
export interface Replayed {
  readonly reads: Reads;
  readonly events: number;
  readonly pages: number;
}

/** Lets a reader catch up page by page, as syncs do: the head is read for each. */
export async function replay(tenant: TenantId, reader: Reader, { endpoint, tableName }: LogTable): Promise<Replayed> {
  const client = connectTo(endpoint);
  const reads = meterReads(client);
  const log = logIn(client, tableName);
  const recipient = recipientOf(tenant, reader);
  let events = 0;
  let pages = 0;
  try {
    for (let through = 0, head = Number.POSITIVE_INFINITY; through < head; pages += 1) {
      const upTo = await log.head(tenant);
      const start = { epoch: upTo.epoch, sequence: asSequence(through) };
      const request = { start, head: upTo, wants: () => true, limit: LIMITS.pageEvents, bytes: LIMITS.syncBytes };
      const page = await readPage(recipient, request, log);
      if (page.kind === 'reset') throw new Error(`Expected a page, found a reset: ${page.reason}`);
      events += page.events.length;
      through = page.through;
      head = upTo.sequence;
    }
    return { reads, events, pages };
  } finally {
    client.destroy();
  }
}

/** The least that a reader's events can take. */
export interface Least {
  /** Units of all headers, read in one go, and of the events that match, each of which is an item of its own. */
  readonly units: number;
  /** Units of all events. */
  readonly everything: number;
}

/**
 * What a reader's events take at least: the bytes of the tenant's whole ledger, rounded up once, and each event that is
 * for the reader.
 */
export async function leastReads(tenant: TenantId, reader: Reader, { endpoint, tableName }: LogTable): Promise<Least> {
  const client = connectTo(endpoint);
  try {
    const ledger = meterReads(client);
    for (let from: Record<string, never> | undefined, isMore = true; isMore; ) {
      const { LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: `${KEY_ATTRIBUTES.partition} = :ledger`,
          ExpressionAttributeValues: { ':ledger': { S: ledgerPartition(tenant) } },
          ExclusiveStartKey: from,
        }),
      );
      from = LastEvaluatedKey as typeof from;
      isMore = from !== undefined;
    }
    client.middlewareStack.remove('meterReads');
    const recipient = recipientOf(tenant, reader);
    const log = logIn(client, tableName);
    const head = await log.head(tenant);
    const headers: LedgerEvent[] = [];
    for (let through = 0; through < head.sequence; ) {
      const page = await log.readLedger(tenant, asSequence(through), head.sequence, 5000);
      headers.push(...page.events);
      through = page.through;
    }
    const payloads = meterReads(client);
    await readEach(client, tableName, tenant, headers);
    client.middlewareStack.remove('meterReads');
    const matching = meterReads(client);
    await readEach(
      client,
      tableName,
      tenant,
      headers.filter((header) => isInAudience(recipient, header)),
    );
    return { units: Math.ceil(ledger.bytes / UNIT_BYTES) + matching.units, everything: payloads.units };
  } finally {
    client.destroy();
  }
}

async function readEach(
  client: DynamoDBClient,
  tableName: string,
  tenant: TenantId,
  headers: readonly LedgerEvent[],
): Promise<void> {
  for (let at = 0; at < headers.length; at += 100) {
    const Keys = headers.slice(at, at + 100).map(({ id }) => {
      const { PK, SK } = eventKey(tenant, id);
      return { PK: { S: PK }, SK: { S: SK } };
    });
    await client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }));
  }
}
