import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asTenantId } from '@tidings/contracts';
import { createDynamoDbConnectionRegistry } from '../../../lambdas/adapters/dynamodb/connection-registry.ts';
import { KEY_ATTRIBUTES } from '../../../lambdas/adapters/dynamodb/keys.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import { VARIABLES } from '../../../lambdas/variables.ts';
import { startEngine } from '../../../sandbox/dynamodb-engine.ts';
import { newKey, signed, startIssuer, toJwk } from '../../security/local-issuer.ts';
import type { Usage } from './meter.ts';
import { type MeteredEndpoints, startMeteredEndpoints } from './metered-endpoints.ts';
import { ingestRequest, intakeBatch, ringBatch } from './requests.ts';
import { type FunctionUse, type RunningFunction, runFunction } from './run-function.ts';
import { ORGANIZATION, TENANT, workload } from './workload.ts';

/** What is run. */
export interface RunOptions {
  /** Connections that each event is for. */
  readonly receivers: number;
  /** Bytes of an event as a producer sends it. */
  readonly bytes: number;
  /** Events that come together: in a request, and at the function that stores them. */
  readonly batch: number;
  /** Batches that are counted. */
  readonly batches: number;
}

/** What a run has used, all of it counted. */
export interface CountedRun {
  readonly events: number;
  readonly requests: number;
  readonly requestBytes: number;
  readonly answerBytes: number;
  /** Batches that Lambda takes from the intake queue, and from the doorbell. */
  readonly intakeBatches: number;
  readonly ringBatches: number;
  readonly intakeUnits: number;
  readonly usage: Usage;
  readonly functions: Readonly<Record<PathFunction, FunctionUse>>;
}

/** The functions that each event goes through. */
export const PATH_FUNCTIONS = ['ingest-events', 'store-events', 'fan-out'] as const;
export type PathFunction = (typeof PATH_FUNCTIONS)[number];

/** Lambda takes so many messages of a queue at once. See `lib/constructs/poll-queue.ts`. */
const MESSAGES_OF_BATCH = 10;

/** Most batches before any counts: until then code is compiled and connections are opened. */
const WARM_UP = 15;

const CLAIMS = { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' };
const AUDIENCE = 'tidings';
const TABLES = { log: 'EventLog', connections: 'Connections' };

/**
 * Runs the real handlers with their real adapters against a DynamoDB engine and endpoints that count, one batch after the
 * other: HTTP request, bus, intake queue, store, doorbell, fan-out, posts.
 */
export async function runCounted(options: RunOptions, progress: (text: string) => void): Promise<CountedRun> {
  const engine = await startEngine();
  const key = newKey('cost');
  const issuer = await startIssuer({ keys: [toJwk(key)] });
  const endpoints = await startMeteredEndpoints(engine.endpoint);
  const functions: Partial<Record<PathFunction, RunningFunction>> = {};
  try {
    await prepareTables(engine.endpoint, options.receivers);
    const variables = variablesOf(endpoints.url, issuer.url);
    await Promise.all(
      PATH_FUNCTIONS.map(async (name) => {
        functions[name] = await runFunction(name, variables);
      }),
    );
    const token = signed(
      key,
      { typ: 'at+jwt' },
      {
        iss: issuer.url,
        aud: AUDIENCE,
        sub: 'user-1',
        scope: 'bank community',
        tenant_id: TENANT,
        exp: Math.floor(Date.now() / 1000) + 3600,
      },
    );
    return await countBatches(options, functions as Record<PathFunction, RunningFunction>, endpoints, token, progress);
  } finally {
    for (const running of Object.values(functions)) await running.stop().catch(() => undefined);
    await Promise.all([endpoints.stop(), issuer.stop(), engine.end()]);
  }
}

async function countBatches(
  { batch, batches, bytes }: RunOptions,
  functions: Readonly<Record<PathFunction, RunningFunction>>,
  endpoints: MeteredEndpoints,
  token: string,
  progress: (text: string) => void,
): Promise<CountedRun> {
  const { 'ingest-events': ingest, 'store-events': store, 'fan-out': fanOut } = functions;
  const warmUp = Math.min(WARM_UP, batches);
  const events = workload((warmUp + batches) * batch, bytes, 1);
  const counted = { requestBytes: 0, answerBytes: 0, intakeBatches: 0, ringBatches: 0, intakeUnits: 0 };
  for (let number = -warmUp; number < batches; number += 1) {
    progress(number < 0 ? 'warming up' : `batch ${number + 1} of ${batches}`);
    if (number === 0) {
      for (const running of Object.values(functions)) running.reset();
      Object.assign(endpoints.usage, Object.fromEntries(Object.keys(endpoints.usage).map((name) => [name, 0])));
      for (const name of Object.keys(counted) as (keyof typeof counted)[]) counted[name] = 0;
      endpoints.takeTime = true;
    }
    const body = JSON.stringify(events.slice((warmUp + number) * batch, (warmUp + number + 1) * batch));
    const answer = (await ingest.invoke(ingestRequest(token, body))) as { statusCode: number; body: string };
    if (answer.statusCode !== 202)
      throw new Error(`Expected events to be taken, found ${answer.statusCode} ${answer.body}`);
    counted.requestBytes += Buffer.byteLength(body);
    counted.answerBytes += Buffer.byteLength(answer.body);
    for (const message of [endpoints.entries.splice(0)]) {
      for (let first = 0; first < message.length; first += MESSAGES_OF_BATCH) {
        const records = intakeBatch(message.slice(first, first + MESSAGES_OF_BATCH));
        const { batchItemFailures } = (await store.invoke(records)) as { batchItemFailures: readonly unknown[] };
        if (batchItemFailures.length > 0)
          throw new Error(`Expected all to be stored, found ${batchItemFailures.length} not`);
        counted.intakeBatches += 1;
        counted.intakeUnits += records.Records.reduce(
          (sum, { body }) => sum + Math.ceil(Buffer.byteLength(body) / 65_536),
          0,
        );
      }
    }
    // Rings of one tenant come one after the other; those that have come meanwhile come together.
    const rings = endpoints.messages.splice(0);
    for (let first = 0; first < rings.length; first += MESSAGES_OF_BATCH) {
      const { batchItemFailures } = (await fanOut.invoke(ringBatch(rings.slice(first, first + MESSAGES_OF_BATCH)))) as {
        batchItemFailures: readonly unknown[];
      };
      if (batchItemFailures.length > 0) throw new Error('Expected the fan-out to succeed');
      counted.ringBatches += 1;
    }
  }
  const usage = { ...endpoints.usage };
  const uses = {
    'ingest-events': await ingest.stop(),
    'store-events': await store.stop(),
    'fan-out': await fanOut.stop(),
  };
  return { events: batches * batch, requests: batches, ...counted, usage, functions: uses };
}

/** What both tables are like, and who listens: everybody to everything of the tenant. */
async function prepareTables(endpoint: string, receivers: number): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { partition, sort } = KEY_ATTRIBUTES;
  for (const TableName of Object.values(TABLES)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [partition, sort].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      }),
    );
  }
  const registry = createDynamoDbConnectionRegistry({
    client,
    tableName: TABLES.connections,
    surroundings: systemSurroundings,
  });
  for (let number = 0; number < receivers; number += 1) {
    const recipient = {
      tenant: asTenantId(TENANT),
      subject: `user-${number}`,
      organizations: [ORGANIZATION],
      roles: [],
      expiresAt: Math.floor(Date.now() / 1000) + 3600,
      mayRead: true,
    };
    const origin = { id: `JKh${String(number).padStart(8, '0')}xMCJQ=`, recipient, connectedAt: new Date() };
    await registry.subscribe(origin, { filter: {} }, false);
  }
  client.destroy();
}

const variablesOf = (endpoint: string, issuer: string): Readonly<Record<string, string>> => ({
  [VARIABLES.eventLogTable]: TABLES.log,
  [VARIABLES.connectionsTable]: TABLES.connections,
  [VARIABLES.doorbellQueueUrl]: `${endpoint}/000000000000/doorbell.fifo`,
  [VARIABLES.intakeDeadLettersUrl]: `${endpoint}/000000000000/dead-letters`,
  [VARIABLES.intakeMaxReceives]: '5',
  [VARIABLES.busNames]: JSON.stringify({ bank: 'tidings-prod-bank', community: 'tidings-prod-community' }),
  [VARIABLES.issuers]: JSON.stringify([{ issuer, audience: AUDIENCE, algorithms: ['RS256'], claims: CLAIMS }]),
  [VARIABLES.readScope]: 'null',
  [VARIABLES.allowedOrigins]: '[]',
  [VARIABLES.retentionDays]: '30',
  [VARIABLES.logGeneration]: '1',
  [VARIABLES.socketEndpoint]: `${endpoint.replace('http', 'ws')}/live`,
  [VARIABLES.socketsPerRun]: '2500',
  [VARIABLES.postsPerSecond]: '10000',
  [VARIABLES.apiUrl]: 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
  AWS_ENDPOINT_URL: endpoint,
});
