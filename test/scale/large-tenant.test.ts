import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { asTenantId } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { fanOutPartition } from '../../lambdas/adapters/dynamodb/keys.ts';
import { SHARDS } from '../../lambdas/core/ports/connection-registry.ts';
import { DEFAULT_LIMITS } from '../../lib/operations.ts';
import { newEvent, newTenant } from '../acceptance/events.ts';
import { waitFor } from '../acceptance/wait.ts';
import { type HubUnderLimits, startHub } from '../protection/hub-under-limits.ts';

/** So few that a test has a large tenant. */
const SOCKETS_PER_RUN = 5;
const SOCKETS = 40;
const EVENTS = 60;

let hub: HubUnderLimits;
beforeAll(async () => {
  hub = await startHub({ limits: { ...DEFAULT_LIMITS, socketsPerRun: SOCKETS_PER_RUN } });
}, 120_000);
afterAll(() => hub?.end());

interface Listening {
  readonly socket: WebSocket;
  /** What it had been told when it subscribed. */
  readonly head: number;
  /** Sequences of the events that came live, as they came. */
  readonly sequences: number[];
}

/** Opens a socket and subscribes. */
async function listen(token: string): Promise<Listening> {
  const socket = new WebSocket(hub.target.socketUrl, ['tidings.v1', `bearer.${token}`]);
  const sequences: number[] = [];
  const head = await new Promise<number>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('unexpected-response', (_, { statusCode }) => reject(new Error(`Refused by ${statusCode}`)));
    socket.once('open', () => socket.send(JSON.stringify({ action: 'subscribe', filter: {} })));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { type: string; head: number; events: { sequence: string }[] };
      if (frame.type === 'subscribed') resolve(frame.head);
      if (frame.type === 'events') sequences.push(...frame.events.map(({ sequence }) => Number(sequence)));
    });
  });
  return { socket, head, sequences };
}

/** Publishes events of a tenant. */
async function publish(tenant: string, token: string, count: number): Promise<void> {
  const response = await fetch(`${hub.target.apiUrl}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(Array.from({ length: count }, () => newEvent(tenant))),
  });
  const answer = await response.text();
  expect(response.status, answer).toBe(202);
}

async function shardPositions(tenant: string): Promise<readonly number[]> {
  const client = new DynamoDBClient({
    endpoint: hub.target.awsEndpointUrl,
    region: hub.target.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: hub.target.tables['eventLog'],
      ConsistentRead: true,
      KeyConditionExpression: 'PK = :tenant AND begins_with(SK, :shards)',
      ExpressionAttributeValues: { ':tenant': { S: fanOutPartition(asTenantId(tenant)) }, ':shards': { S: 'FANOUT#' } },
    }),
  );
  client.destroy();
  return Items.map((item) => Number(item['delivered']?.N));
}

const range = (from: number, through: number): readonly number[] =>
  Array.from({ length: through - from + 1 }, (_, index) => from + index);

describe('a tenant with more sockets than one run serves', () => {
  it('delivers a burst to each socket once and in order, from all shards, while others come and go', async () => {
    const tenant = newTenant('large');
    const token = hub.tokenFor(tenant, 'alice');
    const staying = await Promise.all(range(1, SOCKETS).map(() => listen(token)));
    const others = hub.tokenFor(tenant, 'bob');
    const leaving = await Promise.all(range(1, 8).map(() => listen(others)));
    const coming: Promise<Listening>[] = [];
    for (let batch = 0; batch < 6; batch += 1) {
      leaving[batch]?.socket.terminate();
      coming.push(listen(others));
      await publish(tenant, token, EVENTS / 6);
    }
    const all = [...staying, ...(await Promise.all(coming))];
    const last = (): string => JSON.stringify(all.map(({ head, sequences }) => [head, sequences.length]));
    await waitFor(
      'all sockets to get everything',
      () => all.every(({ head, sequences }) => head === EVENTS || sequences.at(-1) === EVENTS) || undefined,
      { deadline: 60_000, lastSeen: last },
    );
    for (const { sequences } of staying) expect(sequences).toEqual(range(1, EVENTS));
    // Who came in between may get a little from before its head as well, which a client drops.
    for (const { head, sequences } of all) {
      const expected = range(head + 1, EVENTS);
      expect(sequences.filter((sequence) => sequence > head)).toEqual(expected);
    }
    await waitFor(
      'all shards to be done',
      async () => {
        const positions = await shardPositions(tenant);
        return (positions.length === SHARDS && positions.every((position) => position === EVENTS)) || undefined;
      },
      { deadline: 30_000, lastSeen: last },
    );
    for (const { socket } of [...all, ...leaving]) socket.terminate();
  });

  it('is served by one run while it is small, as if there were no shards', async () => {
    const tenant = newTenant('small');
    const token = hub.tokenFor(tenant, 'alice');
    const sockets = await Promise.all(range(1, SOCKETS_PER_RUN).map(() => listen(token)));
    await publish(tenant, token, 3);
    await waitFor('the events', () => sockets.every(({ sequences }) => sequences.length >= 3) || undefined);
    for (const { sequences } of sockets) expect(sequences).toEqual([1, 2, 3]);
    expect(await shardPositions(tenant)).toEqual([]);
    for (const { socket } of sockets) socket.terminate();
  });
});
