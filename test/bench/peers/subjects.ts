import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asTenantId } from '@tidings/contracts';
import { createDynamoDbConnectionRegistry } from '../../../lambdas/adapters/dynamodb/connection-registry.ts';
import { connectionKey, KEY_ATTRIBUTES } from '../../../lambdas/adapters/dynamodb/keys.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import { VARIABLES } from '../../../lambdas/variables.ts';
import type { SentEvent } from '../../acceptance/events.ts';
import type { MeteredEndpoints } from '../cost/metered-endpoints.ts';
import { intakeBatch, ringBatch } from '../cost/requests.ts';
import { type RunningFunction, runFunction } from '../cost/run-function.ts';
import type { Member } from './scenario.ts';
import { createTable, fill, onlyRow, type Row } from './tables.ts';

/** What a subject works with. */
export interface Stage {
  readonly client: DynamoDBClient;
  readonly tables: MeteredEndpoints;
  readonly socketEndpoint: string;
  readonly members: readonly Member[];
}

/** A way of fan-out, ready to run. */
export interface Subject {
  readonly name: string;
  readonly running: RunningFunction;
  /** @returns how many fan-outs ended in an error */
  send(events: readonly SentEvent[]): Promise<number>;
}

const HOUR = 3_600_000;

const keyOf = (tenant: string, id: string): Row =>
  Object.fromEntries(Object.entries(connectionKey(asTenantId(tenant), id)).map(([name, S]) => [name, { S }]));

/** The hub: the functions as they are deployed. Events that are stored together are delivered together. */
export async function tidings(
  { client, tables, socketEndpoint, members }: Stage,
  name: string,
  together: number,
): Promise<Subject> {
  const { partition, sort } = KEY_ATTRIBUTES;
  for (const table of ['EventLog', 'Connections']) await createTable(client, table, [partition, sort]);
  const connectedAt = new Date(Date.now() - HOUR);
  const registry = createDynamoDbConnectionRegistry({
    client,
    tableName: 'Connections',
    surroundings: systemSurroundings,
  });
  const [first] = members;
  if (first === undefined) throw new Error('Expected a connection');
  const recipientOf = (tenant: string) => ({
    tenant: asTenantId(tenant),
    subject: undefined,
    organizations: [],
    roles: [],
    expiresAt: Math.floor(Date.now() / 1000) + 7200,
    mayRead: true,
  });
  await registry.subscribe({ id: first.id, recipient: recipientOf(first.tenant), connectedAt }, { filter: {} }, false);
  const pattern = await onlyRow(client, 'Connections');
  const rows = members.map(
    ({ id, tenant }): Row => ({
      ...pattern,
      ...keyOf(tenant, id),
      recipient: { S: JSON.stringify(recipientOf(tenant)) },
    }),
  );
  await fill(client, 'Connections', rows);
  const variables = {
    [VARIABLES.eventLogTable]: 'EventLog',
    [VARIABLES.connectionsTable]: 'Connections',
    [VARIABLES.doorbellQueueUrl]: `${tables.url}/000000000000/doorbell.fifo`,
    [VARIABLES.intakeDeadLettersUrl]: `${tables.url}/000000000000/dead-letters`,
    [VARIABLES.intakeMaxReceives]: '5',
    [VARIABLES.retentionDays]: '30',
    [VARIABLES.logGeneration]: '1',
    // One run serves them all, as the peers' do.
    [VARIABLES.socketsPerRun]: '100000',
    [VARIABLES.postsPerSecond]: '1000000',
    [VARIABLES.socketEndpoint]: socketEndpoint,
    [VARIABLES.apiUrl]: 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
    AWS_ENDPOINT_URL: tables.url,
  };
  const [store, running] = await Promise.all([
    runFunction('store-events', variables),
    runFunction('fan-out', variables),
  ]);
  const fanOut = async (rings: readonly string[]): Promise<number> => {
    const { batchItemFailures } = (await running.invoke(ringBatch(rings))) as { batchItemFailures: readonly unknown[] };
    return batchItemFailures.length;
  };
  return {
    name,
    running,
    async send(events) {
      let failures = 0;
      for (let start = 0; start < events.length; start += together) {
        const before = { ...tables.usage };
        await store.invoke(
          intakeBatch(events.slice(start, start + together).map((event) => ({ Detail: JSON.stringify(event) }))),
        );
        // Storing is not fan-out.
        Object.assign(tables.usage, before);
        failures += await fanOut(tables.messages.splice(0));
      }
      await store.stop();
      return failures;
    },
  };
}

/** `graphql-lambda-subscriptions`: the row of one subscription is written by its own code, and copied for the others. */
export async function graphqlSubscriptions({ client, tables, socketEndpoint, members }: Stage): Promise<Subject> {
  await createTable(client, 'graphql_connections', ['id']);
  await createTable(client, 'graphql_subscriptions', ['id'], { ConnectionIndex: 'connectionId', TopicIndex: 'topic' });
  const module = new URL('graphql-subscriptions.ts', import.meta.url);
  const variables = {
    AWS_ENDPOINT_URL: tables.url,
    SOCKET_ENDPOINT: socketEndpoint,
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
  };
  const running = await runFunction('graphql-lambda-subscriptions', variables, module);
  const [first] = members;
  const requestContext = (eventType: string, id = '') => ({
    eventType,
    routeKey: '$default',
    connectionId: id,
    domainName: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
    stage: 'live',
  });
  const say = async (message: object): Promise<unknown> =>
    await running.invoke({ requestContext: requestContext('MESSAGE', first?.id), body: JSON.stringify(message) });
  await say({ type: 'connection_init' });
  const query = 'subscription ($tenantid: String!) { event(tenantid: $tenantid) }';
  await say({ type: 'subscribe', id: '1', payload: { query, variables: { tenantid: first?.tenant } } });
  const pattern = await onlyRow(client, 'graphql_subscriptions');
  const text = JSON.stringify(pattern);
  const rows = members.map(
    ({ id, tenant }): Row =>
      JSON.parse(text.replaceAll(first?.id ?? '', id).replaceAll(`"${first?.tenant}"`, `"${tenant}"`)),
  );
  await fill(client, 'graphql_subscriptions', rows);
  running.reset();
  return {
    name: 'graphql-lambda-subscriptions',
    running,
    send: async (events) => await oneByOne(running, events),
  };
}

/** The approach of AWS's chat sample. */
export async function chatSample({ client, tables, socketEndpoint, members }: Stage): Promise<Subject> {
  await createTable(client, 'ChatConnections', ['connectionId']);
  await fill(
    client,
    'ChatConnections',
    members.map(({ id }) => ({ connectionId: { S: id } })),
  );
  const variables = { AWS_ENDPOINT_URL: tables.url, SOCKET_ENDPOINT: socketEndpoint };
  const running = await runFunction('chat-sample', variables, new URL('chat-sample.ts', import.meta.url));
  return {
    name: 'AWS chat sample (scan, post to all)',
    running,
    send: async (events) => await oneByOne(running, events),
  };
}

async function oneByOne(running: RunningFunction, events: readonly SentEvent[]): Promise<number> {
  let failures = 0;
  for (const event of events) {
    const { failed } = (await running.invoke({ tenantid: event.tenantid, json: JSON.stringify(event) })) as {
      failed: number;
    };
    failures += failed;
  }
  return failures;
}
