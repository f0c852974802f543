import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { TableEvents, type TableEventsProps } from './table-events.ts';

const DATA = ['accountId', 'accountNumber', 'name', 'kind', 'currency', 'status', 'holderIds', 'openedOn'] as const;
const MAPPING = {
  hub: { environment: 'prod' },
  entity: 'bank.account@v1',
  tenant: 'tenantId',
  subject: 'accountId',
  data: DATA,
} as const;
const partitionKey = { name: 'PK', type: AttributeType.STRING };

const createStack = () => new Stack(new App(), 'Accounts');
const createTable = (stack: Stack, stream: StreamViewType | undefined = StreamViewType.NEW_AND_OLD_IMAGES) =>
  new Table(stack, 'Table', { partitionKey, ...(stream !== undefined && { stream }) });

/** For what gets past the compiler. */
const made = (props: object) => () => {
  const stack = createStack();
  return new TableEvents(stack, 'Events', {
    table: createTable(stack),
    ...MAPPING,
    ...props,
  } as TableEventsProps<'bank.account@v1'>);
};

describe('a table whose changes become events', () => {
  const stack = createStack();
  const table = createTable(stack);
  const events = new TableEvents(stack, 'Events', { table, ...MAPPING, actor: 'updatedBy' });
  const template = Template.fromStack(stack);

  it('has its stream read from the oldest change on, in batches that are repeated in part and halved', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Table'), 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 82_800,
      MaximumRetryAttempts: Match.absent(),
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EventsParked'), 'Arn'] } },
      },
    });
  });

  it('gives the function the mapping, the bus of the module and the queue for what is put aside', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs22.x',
      Environment: {
        Variables: {
          TABLE_MAPPING: Match.serializedJson({
            entity: 'bank.account',
            version: 'v1',
            actions: ['created', 'updated', 'deleted'],
            where: {},
            tenant: 'tenantId',
            subject: 'accountId',
            actor: 'updatedBy',
            deletion: {},
            data: Object.fromEntries(DATA.map((name) => [name, name])),
            without: {},
            updates: 'different',
            expiries: 'deleted',
          }),
          PARKING_QUEUE_URL: { Ref: Match.stringLikeRegexp('^EventsParked') },
          TIDINGS_BUSES: { 'Fn::Join': ['', Match.arrayWith([':event-bus/tidings-prod-bank"}'])] },
        },
      },
    });
  });

  it('lets the function put these types and no others, read this stream, and send to its queue', () => {
    const policies = template.findResources('AWS::IAM::Policy');
    const statements = Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const put = statements.find(({ Action }) => Action === 'events:PutEvents');
    expect(put.Condition['ForAllValues:StringEquals']).toEqual({
      'events:source': ['com.tidings.bank'],
      'events:detail-type': [
        'bank.account:created@v1',
        'bank.account:updated@v1',
        'bank.account:deleted@v1',
      ].toSorted(),
    });
    const actions = statements.flatMap(({ Action }) => Action);
    expect(new Set(actions.map((action) => action.split(':')[0]))).toEqual(
      new Set(['logs', 'sqs', 'events', 'dynamodb']),
    );
    expect(actions.filter((action) => /dynamodb:(Put|Update|Delete|Get.*Item|Query|Scan)/.test(action))).toEqual([]);
  });

  it('has metrics for what is put aside and for how far behind it is', () => {
    expect(events.metricParked()).toMatchObject({
      metricName: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
    });
    expect(events.metricLag()).toMatchObject({ metricName: 'IteratorAge', statistic: 'Maximum' });
  });
});

describe('the mapping', () => {
  it('leaves out of an event what the schema of its type does not have', () => {
    const stack = createStack();
    const table = createTable(stack);
    new TableEvents(stack, 'Events', {
      hub: { environment: 'prod' },
      table,
      entity: 'bank.transaction@v1',
      changes: ['created', 'deleted'],
      tenant: { attribute: 'PK', after: 'TENANT#' },
      subject: 'id',
      audience: { roles: { value: 'auditor' } },
      where: { SK: { beginsWith: 'TRANSACTION#' } },
      stream: { from: 'newest', batchSize: 10, parallelization: 5 },
      data: { transactionId: 'id', license: 'license', status: 'status', sourceUris: 'uris' },
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'LATEST',
      BatchSize: 10,
      ParallelizationFactor: 5,
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TABLE_MAPPING: Match.serializedJson(
            Match.objectLike({ actions: ['created', 'deleted'], roles: { value: 'auditor' } }),
          ),
        },
      },
    });
  });

  it.each<[string, object, RegExp]>([
    [
      'an entity that has no types',
      { entity: 'bank.acount@v1' },
      /Accounts\/Events: expected entity to be one with published types, such as bank\.account@v1, found "bank\.acount@v1"/,
    ],
    ['an entity without its version', { entity: 'bank.account' }, /such as bank\.account@v1/],
    [
      'changes that have no type',
      { entity: 'bank.transaction@v1' },
      /expected changes to be some of created, deleted, which .* found updated/,
    ],
    ['no changes', { changes: [] }, /expected changes to be some of created, updated and deleted, found none/],
    ['no tenant', { tenant: undefined }, /expected tenant to be the name of an attribute, .* found nothing/],
    ['a subject without a name', { subject: '' }, /expected subject to be the name of an attribute/],
    ['a value of nothing', { tenant: { value: [] } }, /expected tenant to be/],
    [
      'an audience of its own',
      { audience: { groups: 'x' } },
      /expected audience to be of organizations, users and roles, found groups/,
    ],
    [
      'a condition that is none',
      { where: { SK: { like: 'x' } } },
      /expected where\.SK to be a text, \{beginsWith\} or \{exists\}/,
    ],
    [
      'data that lacks what a schema requires',
      { data: DATA.slice(1) },
      /expected data to be all that bank\.account:created@v1 requires, found no accountId/,
    ],
    [
      'data that no schema has',
      { data: [...DATA, 'secret'] },
      /expected data to be of properties that .* has, found secret/,
    ],
    [
      'a batch of none',
      { stream: { batchSize: 0 } },
      /expected stream\.batchSize to be a whole number, 1 to 1000, found 0/,
    ],
    ['too many batches at once', { stream: { parallelization: 11 } }, /1 to 10, found 11/],
    ['an environment that is none', { hub: { environment: 'no such' } }, /hub\.environment/],
    [
      'a mapping that is too large',
      { where: { x: 'x'.repeat(4000) } },
      /expected the mapping to have at most 3072 bytes as JSON/,
    ],
    ['no data at all', { data: null }, /^\S+: expected data to be a list or an object, found null$/],
    [
      'a condition that is none',
      { where: { SK: null } },
      /^\S+: expected where\.SK to be a text, \{beginsWith\} or \{exists\}, found null$/,
    ],
  ])('is refused at synth with %s', (_name, props, message) => {
    expect(made(props)).toThrow(message);
  });
});

describe("a queue of one's own for what is put aside", () => {
  const withQueue = (fifo?: true) => {
    const stack = createStack();
    const parkingQueue = new Queue(stack, 'Queue', { ...(fifo && { fifo }) });
    const events = new TableEvents(stack, 'Events', { table: createTable(stack), ...MAPPING, parkingQueue });
    return { events, parkingQueue };
  };

  it('is used, unless it is one that Lambda does not send to', () => {
    const { events, parkingQueue } = withQueue();
    expect(events.parkingQueue).toBe(parkingQueue);
    expect(() => withQueue(true)).toThrow(/expected parkingQueue to be a standard queue, found a FIFO queue/);
  });
});

describe('the stream of the table', () => {
  it.each([
    ['is not there', undefined, /expected a table with a stream of NEW_AND_OLD_IMAGES, found none/],
    ['does not tell what was before', StreamViewType.NEW_IMAGE, /found one of NEW_IMAGE/],
  ])('is refused at synth if it %s', (_name, view, message) => {
    const stack = createStack();
    const table = view === undefined ? new Table(stack, 'Table', { partitionKey }) : createTable(stack, view);
    expect(() => new TableEvents(stack, 'Events', { table, ...MAPPING })).toThrow(message);
  });

  it('may be that of a global table, or of one from elsewhere', () => {
    const stack = createStack();
    const global = new TableV2(stack, 'Table', { partitionKey, dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES });
    const imported = Table.fromTableAttributes(stack, 'Imported', {
      tableArn: 'arn:aws:dynamodb:eu-north-1:111111111111:table/t',
      tableStreamArn: 'arn:aws:dynamodb:eu-north-1:111111111111:table/t/stream/2026-01-31T09:30:00.000',
    });
    new TableEvents(stack, 'Global', { table: global, ...MAPPING });
    new TableEvents(stack, 'Events', { table: imported, ...MAPPING });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  });
});

// What must not compile. It is never called.
export const refusedByTheCompiler = (stack: Stack, table: Table) => [
  // @ts-expect-error an entity that has no types
  new TableEvents(stack, 'A', { table, ...MAPPING, entity: 'bank.acount@v1' }),
  // @ts-expect-error a property that the data does not have
  new TableEvents(stack, 'B', { table, ...MAPPING, data: ['secret'] }),
  // @ts-expect-error data without what the schema requires
  new TableEvents(stack, 'C', { table, ...MAPPING, data: { accountId: 'id' } }),
];
