import { randomUUID } from 'node:crypto';
import {
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, type SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { asEventId, asTenantId, EMPTY_HEAD, type Head, type TenantId } from '@tidings/contracts';
import type { Context, SQSEvent } from 'aws-lambda';
import { packJson } from '../../../lambdas/adapters/dynamodb/event-item.ts';
import { createDynamoDbEventLog } from '../../../lambdas/adapters/dynamodb/event-log.ts';
import { counterKey } from '../../../lambdas/adapters/dynamodb/keys.ts';
import { createSqsDoorbell } from '../../../lambdas/adapters/sqs/doorbell.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import type { EventLog } from '../../../lambdas/core/ports/event-log.ts';
import { type Recordable, recordEvents } from '../../../lambdas/core/record-events.ts';
import { handler } from '../../../lambdas/store-events/handler.ts';
import { VARIABLES } from '../../../lambdas/variables.ts';
import { realisticEvents } from '../capacity/realistic-events.ts';
import { toRecordable } from '../capacity/recordable.ts';
import { cpuMicroseconds, measurePaired, type Paired } from '../measure.ts';
import type { StoreMeasurement, StoreTask } from './task.ts';

/** Takes turns with storing and its floors; see store-cpu.ts. Its standard output is /dev/null. */

const tableName = process.env[VARIABLES.eventLogTable] ?? '';
const queueUrl = process.env[VARIABLES.doorbellQueueUrl] ?? '';
const retention = { days: Number(process.env[VARIABLES.retentionDays]) };
const client = new DynamoDBClient({});
const sqs = new SQSClient({});
const log = createDynamoDbEventLog({ client, tableName, surroundings: systemSurroundings, generation: 1 });

/** A client that sends nothing, and notes what it would have sent. */
function noting<Input>(copy: DynamoDBClient | SQSClient): Input[] {
  const inputs: Input[] = [];
  (copy as DynamoDBClient).middlewareStack.add(
    () => async (args) => {
      inputs.push(args.input as Input);
      return { response: undefined, output: { $metadata: {} } };
    },
    { step: 'initialize', priority: 'low' },
  );
  return inputs;
}

/** A batch: the same events under ids of their own, as they are when they have been read. */
function batchOf(made: readonly Recordable[]): readonly Recordable[] {
  return made.map(({ event, json }) => {
    const id = asEventId(randomUUID());
    return { event: { ...event, id }, json: json.replace(event.id, id) };
  });
}

/** Commands that storing batches sends, one batch after the other in a tenant of their own; made without sending them. */
function createFloor(made: readonly Recordable[], tenant: TenantId) {
  const table = new DynamoDBClient({});
  const transactions = noting<TransactWriteItemsCommandInput>(table);
  // Nothing is sent, so no queue says what it has got.
  const queue = new SQSClient({ md5: false });
  const rings = noting<SendMessageCommandInput>(queue);
  const copy = createDynamoDbEventLog({ client: table, tableName, surroundings: systemSurroundings, generation: 1 });
  const doorbell = createSqsDoorbell(queue, queueUrl);
  const ports = { log: placed(copy), surroundings: systemSurroundings };
  return {
    transactions,
    rings,
    async make(count: number): Promise<void> {
      for (let done = 0; done < count; done += 1) {
        const { head } = await recordEvents(tenant, batchOf(made), retention, ports);
        await doorbell.ring(tenant, head, undefined, String(made[0]?.event.traceparent));
      }
    },
  };
}

/** A log that knows its head: reading it is no part of a commit. */
function placed(of: EventLog): EventLog {
  let known: Head = EMPTY_HEAD;
  return {
    ...of,
    head: async () => known,
    async commit(commit) {
      const outcome = await of.commit(commit);
      if (outcome.kind !== 'committed')
        throw new Error(`Expected a commit without others to be committed, found ${outcome.kind}`);
      known = outcome.head;
      return outcome;
    },
  };
}

const invocation = (tenant: TenantId, batch: readonly Recordable[]): SQSEvent => ({
  Records: batch.map(({ event }) => {
    const detail = { ...event, tenantid: tenant };
    const entry = {
      version: '0',
      id: randomUUID(),
      source: event.source,
      'detail-type': event.type,
      account: '111122223333',
    };
    return {
      messageId: randomUUID(),
      body: JSON.stringify({
        module: 'bank',
        event: { ...entry, time: event.time, region: 'us-east-1', resources: [], detail },
      }),
      attributes: { ApproximateReceiveCount: '1' },
    } as SQSEvent['Records'][number];
  }),
});

async function measure({ batch, rounds, times, warmUp }: StoreTask): Promise<StoreMeasurement> {
  const made = realisticEvents('transaction', batch).map(toRecordable);
  return {
    recording: await measureRecording(made, { batch, rounds, times, warmUp }),
    handler: await measureHandler(made, { batch, rounds, times, warmUp }),
    packing: cpuOfPacking(made),
  };
}

async function measureRecording(made: readonly Recordable[], task: StoreTask): Promise<Paired> {
  const { transactions, make } = createFloor(made, asTenantId(`floor-alone-${task.batch}`));
  const floor = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      await client.send(new TransactWriteItemsCommand(next(transactions)));
    }
  };
  const tenant = asTenantId(`recorded-${task.batch}`);
  const ports = { log: placed(log), surroundings: systemSurroundings };
  const batches: (readonly Recordable[])[] = [];
  const subject = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) await recordEvents(tenant, next(batches), retention, ports);
  };
  return await warmAndMeasure(task, { subject, floor, make, makeSubject: () => batches.push(batchOf(made)) });
}

async function measureHandler(made: readonly Recordable[], task: StoreTask): Promise<Paired> {
  const floorTenant = asTenantId(`floor-within-${task.batch}`);
  const { transactions, rings, make } = createFloor(made, floorTenant);
  const { PK, SK } = counterKey(floorTenant);
  const read = { TableName: tableName, Key: { PK: { S: PK }, SK: { S: SK } }, ConsistentRead: true };
  const floor = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      await client.send(new GetItemCommand(read));
      await client.send(new TransactWriteItemsCommand(next(transactions)));
      await sqs.send(new SendMessageCommand(next(rings)));
    }
  };
  const tenant = asTenantId(`whole-${task.batch}`);
  const invocations: SQSEvent[] = [];
  const subject = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      const { batchItemFailures } = await handler(next(invocations), { awsRequestId: randomUUID() } as Context);
      if (batchItemFailures.length > 0) throw new Error('Expected every message to be stored');
    }
  };
  const makeSubject = () => invocations.push(invocation(tenant, batchOf(made)));
  return await warmAndMeasure(task, { subject, floor, make, makeSubject });
}

interface Turns {
  readonly subject: (count: number) => Promise<void>;
  readonly floor: (count: number) => Promise<void>;
  /** Makes what the floor uses up. */
  readonly make: (count: number) => Promise<void>;
  /** Makes what one piece of the subject's work uses up. */
  readonly makeSubject: () => unknown;
}

async function warmAndMeasure({ rounds, times, warmUp }: StoreTask, turns: Turns): Promise<Paired> {
  const { subject, floor, make, makeSubject } = turns;
  const prepare = async (turn: 'subject' | 'floor', count: number): Promise<void> => {
    if (turn === 'floor') return await make(count);
    for (let done = 0; done < count; done += 1) makeSubject();
  };
  for (let done = 0; done < warmUp; done += times) {
    await prepare('floor', times);
    await floor(times);
    await prepare('subject', times);
    await subject(times);
  }
  return await measurePaired({ subject, floor, rounds, times, prepare });
}

function next<Thing>(things: Thing[]): Thing {
  const thing = things.shift();
  if (thing === undefined) throw new Error('Expected something that was made for this turn');
  return thing;
}

function cpuOfPacking(made: readonly Recordable[]): number {
  const times = Math.ceil(2000 / made.length);
  const before = cpuMicroseconds();
  for (let done = 0; done < times; done += 1) for (const { json } of made) packJson(json);
  return (cpuMicroseconds() - before) / (times * made.length);
}

process.on('message', (task: StoreTask) => {
  measure(task).then(
    (measurement) => process.send?.(measurement),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
