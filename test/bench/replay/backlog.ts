import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asTenantId, type ProducedEvent, type TenantId } from '@tidings/contracts';
import { createDynamoDbEventLog } from '../../../lambdas/adapters/dynamodb/event-log.ts';
import { KEY_ATTRIBUTES } from '../../../lambdas/adapters/dynamodb/keys.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import type { Recipient } from '../../../lambdas/core/identity.ts';
import type { EventLog } from '../../../lambdas/core/ports/event-log.ts';
import { recordEvents } from '../../../lambdas/core/record-events.ts';
import { DATA_BYTES, realisticEvents } from '../capacity/realistic-events.ts';

/** Who may see events of a backlog, by how many there are for each that one may see. */
export const SHARES = { every: 1, tenth: 10, sparse: 10_000 } as const;

/** Users of a backlog. What is not for one of them is for another one whom nobody asks for. */
const USERS = { every: 'user-every', tenth: 'user-tenth', sparse: 'user-sparse' } as const;

/** Everybody in a backlog is in this organisation. */
const ORGANIZATION = 'org-1';
const TENANTS_KEPT_DAYS = 1;

export type Reader = keyof typeof SHARES;

/** Who reads a backlog. */
export const recipientOf = (tenant: TenantId, reader: Reader): Recipient => ({
  tenant,
  subject: USERS[reader],
  organizations: [ORGANIZATION],
  roles: [],
  expiresAt: 4e9,
  mayRead: true,
});

/** The claims of the same reader, for a token. */
export const holderOf = (tenant: string, reader: Reader) => ({
  tenant,
  user: USERS[reader],
  organizations: [ORGANIZATION],
});

/** A client of an engine on this machine. */
export const connectTo = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });

/** The log of the hub, in a table. */
export const logIn = (client: DynamoDBClient, tableName: string): EventLog =>
  createDynamoDbEventLog({ client, tableName, surroundings: systemSurroundings, generation: 1 });

export async function createLogTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { partition, sort } = KEY_ATTRIBUTES;
  const keys = [partition, sort];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName) => ({
        AttributeName,
        KeyType: AttributeName === partition ? 'HASH' : 'RANGE',
      })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
}

/**
 * Records a backlog as the hub does, for those who {@link SHARES} says.
 * @param batch events of a commit
 * @param bytes of the data of each event
 */
export async function recordBacklog(
  name: string,
  count: number,
  { log, batch, bytes = DATA_BYTES }: { readonly log: EventLog; readonly batch: number; readonly bytes?: number },
): Promise<TenantId> {
  const tenant = asTenantId(name);
  for (let first = 0; first < count; first += batch) {
    const made = realisticEvents('transaction', Math.min(batch, count - first), { seed: first + 1, tenant, bytes });
    const events = made.map((one, index) => {
      const event = { ...one, organizationids: ORGANIZATION, ...audienceOf(first + index) };
      return { event: event as unknown as ProducedEvent & { time: string }, json: JSON.stringify(event) };
    });
    await recordEvents(tenant, events, { days: TENANTS_KEPT_DAYS }, { log, surroundings: systemSurroundings });
  }
  return tenant;
}

/** Most events name users: those whose share it is. */
function audienceOf(number: number): { readonly userids: string } {
  const readers = Object.entries(SHARES).filter(([, share]) => number % share === 0);
  return { userids: readers.map(([reader]) => USERS[reader as Reader]).join() };
}
