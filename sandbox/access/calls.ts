import { isObject } from '../http.ts';
import { arn, type Surroundings } from '../resource-type.ts';

/** One thing that a request asks to do, as IAM sees it. */
export interface Call {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

type Input = Readonly<Record<string, unknown>>;

/** The write of a transaction → what IAM calls it. Source: DynamoDB developer guide, "Using IAM with DynamoDB transactions". */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** Batches of SQS need the permission of the single action. Source: SQS developer guide, "Amazon SQS API permissions". */
const QUEUE_BATCH = /Batch$/;

/** What a request of an AWS JSON protocol asks to do; nothing where the sandbox knows of no permission for it. */
export function callsOf(target: string, action: string, input: Input, at: Surroundings): readonly Call[] {
  if (target.startsWith('DynamoDB_')) return tableCalls(action, input, at);
  if (target === 'AmazonSQS') {
    const name = String(input['QueueUrl']).split('/').at(-1) ?? '';
    return [{ action: `sqs:${action.replace(QUEUE_BATCH, '')}`, resource: arn('sqs', name, at) }];
  }
  // Metrics are no resources.
  if (target === 'GraniteServiceVersion20100801') return [{ action: `cloudwatch:${action}`, resource: '*' }];
  if (target === 'AWSEvents') return listOf(input['Entries']).map((entry) => putCall(entry, at));
  return [];
}

function tableCalls(action: string, input: Input, at: Surroundings): readonly Call[] {
  const call = (name: string, table: unknown, keys: readonly unknown[]): Call => ({
    action: `dynamodb:${name}`,
    resource: arn('dynamodb', `table/${String(table)}`, at),
    context: { 'dynamodb:LeadingKeys': [...new Set(keys.map(leadingKey))] },
  });
  if (action.startsWith('Transact')) {
    return listOf(input['TransactItems']).flatMap((item) =>
      Object.entries(item).map(([kind, write]) => {
        const { TableName, Key, Item } = isObject(write) ? write : ({} as Input);
        return call(TRANSACTION_ACTIONS[kind] ?? kind, TableName, [Key ?? Item]);
      }),
    );
  }
  if (action.startsWith('Batch')) {
    return Object.entries(isObject(input['RequestItems']) ? input['RequestItems'] : {}).map(([table, request]) => {
      const writes = listOf(request).flatMap((write) => Object.values(write));
      const keys = isObject(request) ? listOf(request['Keys']) : writes.map((write) => keyOf(write));
      return call(action, table, keys);
    });
  }
  if (action === 'Query') {
    const values = isObject(input['ExpressionAttributeValues']) ? input['ExpressionAttributeValues'] : {};
    const [, name = ''] = /=\s*(:\w+)/.exec(String(input['KeyConditionExpression'])) ?? [];
    return [call(action, input['TableName'], [{ partition: values[name] }])];
  }
  return [call(action, input['TableName'], [input['Key'] ?? input['Item']])];
}

/**
 * What Lambda itself does with the role of a function that a queue or a stream feeds.
 * Source: Lambda developer guide, "Using Lambda with Amazon SQS" and "… with Amazon DynamoDB", execution role permissions.
 */
export function pollingCalls(source: string): readonly Call[] {
  const isQueue = source.split(':')[2] === 'sqs';
  const actions = isQueue
    ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
    : ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'];
  return actions.map((action) => ({ action, resource: source }));
}

const keyOf = (write: unknown): unknown => (isObject(write) ? (write['Key'] ?? write['Item']) : undefined);

/** The value of the partition key. Each table here has its partition key first among the attributes of a key. */
function leadingKey(key: unknown): string {
  const attributes = isObject(key) ? key : {};
  const value = attributes['PK'] ?? Object.values(attributes)[0];
  return isObject(value) ? String(Object.values(value)[0]) : '';
}

function putCall(entry: Input, at: Surroundings): Call {
  const bus = String(entry['EventBusName'] ?? 'default');
  return {
    action: 'events:PutEvents',
    resource: bus.startsWith('arn:') ? bus : arn('events', `event-bus/${bus}`, at),
    context: { 'events:source': [String(entry['Source'])], 'events:detail-type': [String(entry['DetailType'])] },
  };
}

const listOf = (value: unknown): readonly Input[] => (Array.isArray(value) ? value.filter(isObject) : []);
