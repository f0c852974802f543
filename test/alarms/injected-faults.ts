import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, type SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { asTenantId } from '@tidings/contracts';
import { WebSocket } from 'ws';
import { counterKey, fanOutKey, type Key } from '../../lambdas/adapters/dynamodb/keys.ts';
import { newEvent, newTenant } from '../acceptance/events.ts';
import { waitFor } from '../acceptance/wait.ts';
import type { FaultyHub } from './faulty-hub.ts';
import type { EmfLine } from './metric-store.ts';

/** What was measured while something went wrong. */
export interface Measured {
  /** Lines that functions have really written. */
  readonly lines?: readonly EmfLine[];
  /** What the queue of the alarm has really held. */
  readonly depth?: number;
}

export interface InjectedFault {
  readonly fault: string;
  /**
   * How often what was measured happens within a period. A test need not refuse a hundred callers to know what it looks
   * like when one is refused.
   */
  readonly times?: number;
  inject(hub: FaultyHub): Promise<Measured>;
}

/** Alarm → what makes it ring. Faults are in this order, and each leaves the hub in order. */
export const INJECTED_FAULTS: Readonly<Record<string, InjectedFault>> = {
  'events-rejected': {
    fault: 'a producer sends what its schema does not allow',
    times: 20,
    inject: (hub) =>
      linesOf(hub, 'EventsRejected', async () => {
        await post(hub, [newEvent('acme', { data: { nothing: 'of what is expected' } })]);
      }),
  },
  'bus-refuses': {
    fault: 'no answer of EventBridge arrives',
    inject: (hub) =>
      linesOf(
        hub,
        'EventsRejected',
        async () => {
          hub.setFaults({ 'lost-response': 100 });
          await post(hub, [newEvent('lost-answers')]);
        },
        hasCode('BUS_UNAVAILABLE'),
      ),
  },
  'issuer-unavailable': {
    fault: 'an issuer does not answer',
    inject: (hub) =>
      linesOf(
        hub,
        'RequestsRefused',
        () => post(hub, [newEvent('acme')], hub.tokenFor('acme', 'dead')),
        hasCode('ISSUER_UNAVAILABLE'),
      ),
  },
  'sockets-refused': {
    fault: 'sockets offer what is no token',
    times: 20,
    inject: (hub) => linesOf(hub, 'SocketsRefused', async () => void (await open(hub, 'no-token'))),
  },
  'callers-limited': {
    fault: 'a user opens a second socket where one is allowed',
    times: 101,
    inject: (hub) =>
      linesOf(
        hub,
        'SocketsRefused',
        async () => {
          const token = hub.tokenFor(newTenant('many-sockets'));
          const first = await open(hub, token);
          await open(hub, token);
          first?.terminate();
        },
        hasCode('TOO_MANY_SOCKETS'),
      ),
  },
  'posts-failed': {
    fault: 'a socket breaks off when something is sent to it',
    times: 10,
    inject: (hub) =>
      linesOf(
        hub,
        'PostsFailed',
        async () => {
          const tenant = newTenant('broken-socket');
          await open(hub, hub.tokenFor(tenant), '?types=*');
          hub.setFaults({ 'dropped-socket': 100 });
          await post(hub, [newEvent(tenant)]);
        },
        (line) => Number(line['PostsFailed']) > 0,
      ),
  },
  'fan-out-behind': { fault: 'a log is thousands of events ahead of its fan-out', inject: getAhead },
  'delivery-slow': { fault: 'the fan-out begins long after the commit', inject: deliverLate },
  'log-contended': {
    fault: 'DynamoDB refuses three of four requests for the log',
    times: 20,
    inject: (hub) =>
      linesOf(
        hub,
        'CommitsContended',
        async () => {
          const tenant = newTenant('contended');
          hub.setFaults({ throttle: 75 });
          await post(hub, [newEvent(tenant)]);
        },
        (line) => Number(line['CommitsContended']) > Number(line['Commits']),
      ),
  },
  'storing-fails': {
    fault: 'DynamoDB refuses every request',
    inject: (hub) =>
      linesOf(
        hub,
        'MessagesRetried',
        async () => {
          hub.setFaults({ throttle: 100 });
          await post(hub, [newEvent(newTenant('refused'))]);
        },
        (line) => Number(line['MessagesRetried']) > 0,
      ),
  },
  'events-not-stored': {
    fault: 'something that is no event comes by a bus',
    inject: async (hub) => {
      await send(hub, 'intake', { MessageBody: 'no event' });
      return await depthOf(hub, 'intakeDeadLetters');
    },
  },
  'events-undeliverable': {
    fault: 'EventBridge moves an event to the dead letters of its rule',
    inject: async (hub) => {
      await send(hub, 'intakeUndeliverable', { MessageBody: JSON.stringify({ detail: newEvent('acme') }) });
      return await depthOf(hub, 'intakeUndeliverable');
    },
  },
  'rings-given-up': {
    fault: 'the fan-out fails for a ring each time that it comes',
    inject: async (hub) => {
      await send(hub, 'doorbell', { MessageBody: 'no ring', MessageGroupId: 'g', MessageDeduplicationId: 'd' });
      return await depthOf(hub, 'doorbellDeadLetters');
    },
  },
};

/** What is written from now on until a line with this metric that will do. */
async function linesOf(
  hub: FaultyHub,
  metric: string,
  act: () => Promise<unknown>,
  isEnough: (line: EmfLine) => boolean = () => true,
): Promise<Measured> {
  const known = new Set(hub.emitted().map((line) => JSON.stringify(line)));
  const fresh = (): readonly EmfLine[] => hub.emitted().filter((line) => !known.has(JSON.stringify(line)));
  try {
    await act();
    await waitFor(`a line with ${metric}`, () => fresh().find((line) => metric in line && isEnough(line)), {
      lastSeen: () => JSON.stringify(fresh()).slice(0, 2000),
    });
    // What has a code is written right after what has none.
    return { lines: await settled(fresh) };
  } finally {
    hub.setFaults({});
  }
}

const hasCode =
  (code: string) =>
  (line: EmfLine): boolean =>
    line['code'] === code;

/** The lines, once as many have come as before. */
async function settled(read: () => readonly EmfLine[]): Promise<readonly EmfLine[]> {
  let last = -1;
  return await waitFor('no more lines', () => {
    const lines = read();
    const isOver = lines.length === last;
    last = lines.length;
    return isOver ? lines : undefined;
  });
}

async function post(hub: FaultyHub, events: readonly unknown[], token?: string): Promise<void> {
  const first = events[0] as { readonly tenantid: string };
  const response = await fetch(`${hub.target.apiUrl}/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token ?? hub.tokenFor(first.tenantid)}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(events),
  });
  await response.arrayBuffer();
}

/** A socket, or nothing if it is refused. */
async function open({ target }: FaultyHub, token: string, query = ''): Promise<WebSocket | undefined> {
  const socket = new WebSocket(`${target.socketUrl}${query}`, ['tidings.v1', `bearer.${token}`]);
  return await new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}

/** Moves a tenant's head on, as thousands of events do that are not fanned out. */
async function getAhead(hub: FaultyHub): Promise<Measured> {
  const tenant = newTenant('far-ahead');
  await linesOf(hub, 'FanOutLag', () => post(hub, [newEvent(tenant)]));
  return await linesOf(
    hub,
    'FanOutLag',
    async () => {
      const values = { ':more': { N: '5000' } };
      await new DynamoDBClient(hub.aws).send(
        new UpdateItemCommand({
          TableName: hub.target.tables['eventLog'],
          Key: toItem(counterKey(asTenantId(tenant))),
          UpdateExpression: 'SET head = head + :more',
          ConditionExpression: 'attribute_exists(PK)',
          ExpressionAttributeValues: values,
        }),
      );
      await post(hub, [newEvent(tenant)]);
    },
    (line) => Number(line['FanOutLag']) > 5000,
  );
}

/** Has an event delivered long after it was recorded, by taking away how far its tenant had been served. */
async function deliverLate(hub: FaultyHub): Promise<Measured> {
  const tenant = newTenant('served-late');
  const socket = await open(hub, hub.tokenFor(tenant), '?types=*');
  await linesOf(hub, 'PostsDelivered', () => post(hub, [newEvent(tenant)]));
  const deliveredAt = Date.now();
  await waitFor('the event to be old', () => Date.now() - deliveredAt > 5000 || undefined);
  const Key = toItem(fanOutKey(asTenantId(tenant)));
  const measured = await linesOf(
    hub,
    'RecordToPostMilliseconds',
    async () => {
      const TableName = hub.target.tables['eventLog'];
      await new DynamoDBClient(hub.aws).send(new DeleteItemCommand({ TableName, Key }));
      await post(hub, [newEvent(tenant)]);
    },
    (line) => [line['RecordToPostMilliseconds']].flat().some((value) => Number(value) > 5000),
  );
  // What the hub still does about its end would take part in the next fault.
  await linesOf(hub, 'SocketsClosed', async () => socket?.terminate());
  return measured;
}

const toItem = ({ PK, SK }: Key) => ({ PK: { S: PK }, SK: { S: SK } });

const send = (
  hub: FaultyHub,
  queue: string,
  message: Pick<SendMessageCommandInput, 'MessageBody' | 'MessageGroupId' | 'MessageDeduplicationId'>,
) => hub.sqs.send(new SendMessageCommand({ QueueUrl: hub.target.queues[queue], ...message }));

async function depthOf(hub: FaultyHub, queue: string): Promise<Measured> {
  const QueueUrl = hub.target.queues[queue];
  const depth = await waitFor(`a message in ${queue}`, async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    return Number((await hub.sqs.send(command)).Attributes?.['ApproximateNumberOfMessages']) || undefined;
  });
  return { depth };
}

/** An hour like any other, in short: events come, are stored and delivered, and read. */
export async function beUsed(hub: FaultyHub): Promise<readonly EmfLine[]> {
  const tenant = newTenant('content');
  const socket = await open(hub, hub.tokenFor(tenant), '?types=*');
  const arrived = new Promise((resolve) => socket?.once('message', resolve));
  await post(hub, [newEvent(tenant), newEvent(tenant)]);
  await arrived;
  socket?.terminate();
  await fetch(`${hub.target.apiUrl}/events`, { headers: { authorization: `Bearer ${hub.tokenFor(tenant)}` } });
  const needed = ['EventsAccepted', 'EventsStored', 'PostsDelivered', 'SocketsClosed', 'Reads'];
  await waitFor(`lines with ${needed}`, () => {
    const lines = hub.emitted();
    return needed.every((metric) => lines.some((line) => metric in line)) || undefined;
  });
  return await settled(() => hub.emitted());
}
