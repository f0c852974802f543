import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { missingFor } from './dynamodb-engine.ts';
import { seededFaults } from './faults.ts';
import { getAtt, lambda, ref, startFixture, temporaryFolder } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';
import { until } from './fixture/until.ts';
import type { SandboxOptions } from './sandbox.ts';

interface SeenRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly Keys: { readonly PK: { readonly S: string } };
    readonly NewImage?: { readonly value: { readonly S: string } };
    readonly [name: string]: unknown;
  };
  readonly [name: string]: unknown;
}

const valuesOf = (batches: readonly (readonly SeenRecord[])[]) =>
  batches.map((batch) => batch.map(({ dynamodb }) => dynamodb.NewImage?.value.S));

/** A function that writes down each batch before the code of the test decides what becomes of it. */
async function start(code = '', { mapping = {} as object, ...options }: SandboxOptions & { mapping?: object } = {}) {
  const file = path.join(temporaryFolder(), 'batches');
  const source = `const fs = require('node:fs');
  exports.handler = async ({ Records }) => {
    fs.appendFileSync(process.env.FILE, JSON.stringify(Records) + '\\n');
    const batches = fs.readFileSync(process.env.FILE, 'utf8').trim().split('\\n').length;
    const values = Records.map(({ dynamodb }) => dynamodb.NewImage?.value.S);
    const failed = (value) => ({ batchItemFailures: Records.filter(({ dynamodb }) => dynamodb.NewImage?.value.S === value).map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) });
    ${code}
  }`;
  const sandbox = await startFixture(
    {
      handlers: { f: source },
      resources: {
        DeadLetters: { Type: 'AWS::SQS::Queue' },
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
            StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
          },
        },
        F: lambda('f', { Environment: { Variables: { FILE: file } } }),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            EventSourceArn: getAtt('Table', 'StreamArn'),
            FunctionName: ref('F'),
            StartingPosition: 'TRIM_HORIZON',
            FunctionResponseTypes: ['ReportBatchItemFailures'],
            DestinationConfig: { OnFailure: { Destination: getAtt('DeadLetters', 'Arn') } },
            ...mapping,
          },
        },
      },
    },
    options,
  );
  const { dynamoDb, sqs } = clientsOf(sandbox.target);
  const TableName = sandbox.target.tables['eventLog'] ?? '';
  const batches = (): readonly (readonly SeenRecord[])[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [];
  const seen = () => valuesOf(batches()).flat();
  return {
    sandbox,
    batches,
    seen,
    put: async (PK: string, ...values: readonly string[]) => {
      for (const S of values) {
        await dynamoDb.send(new PutItemCommand({ TableName, Item: { PK: { S: PK }, value: { S } } }));
      }
    },
    remove: (PK: string) => dynamoDb.send(new DeleteItemCommand({ TableName, Key: { PK: { S: PK } } })),
    has: (value: string) => until(`the change ${value}`, () => (seen().includes(value) ? true : undefined)),
    deadLetter: async () => {
      const QueueUrl = sandbox.target.queues['intakeDeadLetters'];
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 8 }));
      return JSON.parse(Messages[0]?.Body ?? 'null');
    },
  };
}

describe.each(['dynoxide', 'dynamodb-local'] as const)('the stream of a table on %s', (engine) => {
  it.skipIf(missingFor(engine) !== undefined)(
    'hands each change to the function, in order, as Lambda does',
    async () => {
      const { batches, put, remove } = await start('', { engine });
      await put('a', '1', '2');
      await remove('a');
      const records = await until('three changes', () =>
        batches().flat().length === 3 ? batches().flat() : undefined,
      );
      expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
      expect(records[1]).toMatchObject({
        eventID: expect.any(String),
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-north-1',
        eventSourceARN: expect.stringMatching(
          /^arn:aws:dynamodb:eu-north-1:000000000000:table\/tidings-dev-Table\/stream\//,
        ),
        dynamodb: {
          Keys: { PK: { S: 'a' } },
          OldImage: { PK: { S: 'a' }, value: { S: '1' } },
          NewImage: { PK: { S: 'a' }, value: { S: '2' } },
          SequenceNumber: expect.stringMatching(/^\d+$/),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      });
      const [first, second, third] = records.map(({ eventID }) => eventID);
      expect(new Set([first, second, third]).size).toBe(3);
    },
  );

  it.skipIf(missingFor(engine) !== undefined)(
    'hands the same changes out again, under the ids that they had, after a restart with kept data',
    async () => {
      const data = temporaryFolder();
      const idsOf = async ({ batches }: Awaited<ReturnType<typeof start>>, count: number) =>
        until('the changes', () => {
          const ids = batches().flatMap((batch) =>
            batch.map(({ eventID, dynamodb }) => [eventID, dynamodb['SequenceNumber']]),
          );
          return ids.length === count ? ids : undefined;
        });
      const before = await start('', { engine, data });
      await before.put('a', '1', '2');
      const ids = await idsOf(before, 2);
      await before.sandbox.end();
      const after = await start('', { engine, data });
      expect(await idsOf(after, 2)).toEqual(ids);
      await after.put('a', '3');
      const all = await idsOf(after, 3);
      expect(all.slice(0, 2)).toEqual(ids);
      expect(new Set(all.map(([id]) => id)).size).toBe(3);
    },
    // Twice the start of a Java machine.
    60_000,
  );
});

describe('an event source mapping on a stream', () => {
  it('repeats a batch from the record that has failed, and goes on only when it is done', async () => {
    const { seen, put, has } = await start(`if (values.includes('2') && batches < 3) return failed('2')`, {
      mapping: { BatchSize: 1 },
    });
    await put('a', '1', '2', '3');
    await has('3');
    expect(seen()).toEqual(['1', '2', '2', '3']);
  });

  it.each([
    ['throws', `throw new Error('no')`],
    ['names a record that is not of the batch', `return { batchItemFailures: [{ itemIdentifier: '0' }] }`],
    ['names none', 'return { batchItemFailures: [{}] }'],
    ['is killed', 'process.exit(1)'],
  ])('repeats the whole batch when the function %s', async (_name, code) => {
    const { seen, put, has } = await start(`if (batches === 1) ${code}`, { mapping: { BatchSize: 1 } });
    await put('a', '1', '2');
    await has('2');
    expect(seen()).toEqual(['1', '1', '2']);
  });

  it('gives up after the retries that it is allowed, and says where in the stream', async () => {
    const { seen, put, has, deadLetter } = await start(`if (values.includes('bad')) throw new Error('no')`, {
      mapping: { BatchSize: 1, MaximumRetryAttempts: 1 },
    });
    await put('a', 'bad', 'good');
    await has('good');
    expect(seen()).toEqual(['bad', 'bad', 'good']);
    expect(await deadLetter()).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:tidings-dev-f',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      DDBStreamBatchInfo: {
        shardId: expect.any(String),
        startSequenceNumber: expect.stringMatching(/^\d+$/),
        batchSize: 1,
        streamArn: expect.stringContaining('/stream/'),
      },
    });
  });

  it('halves a batch that fails until what is to blame stands alone', async () => {
    const { batches, put, deadLetter } = await start(`if (values.includes('bad')) throw new Error('no')`, {
      mapping: { MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true, MaximumBatchingWindowInSeconds: 1 },
    });
    await put('a', '1', 'bad', '3', '4');
    expect((await deadLetter()).DDBStreamBatchInfo.batchSize).toBe(1);
    const done = () => valuesOf(batches()).filter((values) => !values.includes('bad'));
    await until('the rest', () => (done().flat().includes('4') ? true : undefined));
    expect(done().flat()).toEqual(['1', '3', '4']);
  });

  it('hands on only what a filter lets through', async () => {
    const Pattern = JSON.stringify({ dynamodb: { NewImage: { value: { S: ['yes'] } } } });
    const { seen, put, has } = await start('', { mapping: { FilterCriteria: { Filters: [{ Pattern }] } } });
    await put('a', 'no', 'yes');
    await has('yes');
    expect(seen()).toEqual(['yes']);
  });

  it('hands batches out again, each as a whole and in order, if faults say so', async () => {
    const { seen, put, has } = await start('', {
      mapping: { BatchSize: 1 },
      faults: seededFaults('x', { 'repeated-batch': 1 }),
    });
    await put('a', '1', '2');
    await has('2');
    await until('all of it', () => (seen().length === 4 ? true : undefined));
    expect(seen()).toEqual(['1', '1', '2', '2']);
  });

  it('stops at boot when the table has no stream of the stack, or the position is none', async () => {
    const EventSourceArn = 'arn:aws:dynamodb:eu-north-1:000000000000:table/other/stream/x';
    await expect(start('', { mapping: { EventSourceArn } })).rejects.toThrow(/EventSourceArn: found .*other/);
    await expect(start('', { mapping: { StartingPosition: 'AT_TIMESTAMP' } })).rejects.toThrow(
      /StartingPosition: found AT_TIMESTAMP, expected TRIM_HORIZON or LATEST/,
    );
  });
});
