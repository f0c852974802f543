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
import { cpuMicroseconds, measurePaired } from '../measure.ts';
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

/** The transactions and rings of so many batches, one after the other in a tenant of their own. */
async function prepare(made: readonly Recordable[], count: number, tenant: TenantId) {
  const table = new DynamoDBClient({});
  const transactions = noting<TransactWriteItemsCommandInput>(table);
  // Nothing is sent, so no queue says what it has got.
  const queue = new SQSClient({ md5: false });
  const rings = noting<SendMessageCommandInput>(queue);
  const copy = createDynamoDbEventLog({ client: table, tableName, surroundings: systemSurroundings, generation: 1 });
  const doorbell = createSqsDoorbell(queue, queueUrl);
  const place = placed(copy);
  for (let done = 0; done < count; done += 1) {
    const { head } = await recordEvents(tenant, batchOf(made), retention, {
      log: place,
      surroundings: systemSurroundings,
    });
    await doorbell.ring(tenant, head, undefined, String(made[0]?.event.traceparent));
  }
  return { transactions, rings };
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
  // Each kind of turn is taken once more to warm up.
  const turns = times * (rounds + 1) + warmUp;
  const [alone, within] = await Promise.all(
    ['alone', 'within'].map((name) => prepare(made, turns, asTenantId(`floor-${name}-${batch}`))),
  );
  let next = 0;
  const writeAlone = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1, next += 1) {
      await client.send(new TransactWriteItemsCommand(take(alone?.transactions, next)));
    }
  };
  const tenant = asTenantId(`recorded-${batch}`);
  const ports = { log: placed(log), surroundings: systemSurroundings };
  const batches = Array.from({ length: turns }, () => batchOf(made)).values();
  const record = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1)
      await recordEvents(tenant, batches.next().value ?? [], retention, ports);
  };
  await writeAlone(warmUp);
  await record(warmUp);
  const recording = await measurePaired({ subject: record, floor: writeAlone, rounds, times });

  const floorTenant = asTenantId(`floor-within-${batch}`);
  const { PK, SK } = counterKey(floorTenant);
  const read = { TableName: tableName, Key: { PK: { S: PK }, SK: { S: SK } }, ConsistentRead: true };
  let sent = 0;
  const three = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1, sent += 1) {
      await client.send(new GetItemCommand(read));
      await client.send(new TransactWriteItemsCommand(take(within?.transactions, sent)));
      await sqs.send(new SendMessageCommand(take(within?.rings, sent)));
    }
  };
  const whole = asTenantId(`whole-${batch}`);
  const invocations = Array.from({ length: turns }, () => invocation(whole, batchOf(made))).values();
  const store = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      const event = invocations.next().value ?? { Records: [] };
      const { batchItemFailures } = await handler(event, { awsRequestId: randomUUID() } as Context);
      if (batchItemFailures.length > 0) throw new Error('Expected every message to be stored');
    }
  };
  await three(warmUp);
  await store(warmUp);
  const handling = await measurePaired({ subject: store, floor: three, rounds, times });
  return { recording, handler: handling, packing: cpuOfPacking(made) };
}

function take<Input>(inputs: readonly Input[] | undefined, index: number): Input {
  const input = inputs?.[index];
  if (input === undefined) throw new Error(`Expected a command for turn ${index}`);
  return input;
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
