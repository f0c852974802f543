/** What somebody has measured of a service, and published. */
interface Published {
  /** Milliseconds, 50th percentile. */
  readonly p50: number;
  readonly what: string;
  /** Where, and when it was measured. */
  readonly source: string;
}

const MESSAGING = 'https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/';
const DYNAMODB =
  'https://github.com/alexdebrie/dynamodb-performance-testing/tree/master/put-batch-transaction-performance';

/**
 * Published medians of what an event passes on AWS. Those of messaging are from the producer's call to the beginning of
 * a function, so that call, polling and invocation are in them.
 */
export const PUBLISHED = {
  eventBridge: {
    p50: 148,
    what: 'EventBridge, PutEvents to target',
    source: `${MESSAGING} (eu-west-1, February 2023; the target is a function)`,
  },
  sqs: { p50: 16.2, what: 'SQS to function', source: `${MESSAGING} (eu-west-1, September 2022)` },
  sqsFifo: { p50: 28.1, what: 'SQS FIFO to function', source: `${MESSAGING} (eu-west-1, September 2022)` },
  dynamoDbStream: {
    p50: 213,
    what: 'DynamoDB stream to function',
    source: `${MESSAGING} (eu-west-1, September 2022; Lambda asks each shard four times a second: Lambda developer guide, "Polling and batching streams")`,
  },
  transaction: { p50: 25.3, what: 'TransactWriteItems, 5 items', source: `${DYNAMODB} (us-east-1, February 2020)` },
  item: { p50: 7.55, what: 'PutItem, for a read', source: `${DYNAMODB} (us-east-1, February 2020)` },
} as const satisfies Readonly<Record<string, Published>>;

/** A service on a path, and how often an event passes it. */
type Path = readonly (readonly [name: keyof typeof PUBLISHED, times: number])[];

/**
 * The path of an event by the doorbell, and the same with a stream of the table in its place. By a doorbell, one is
 * only told that there is something new, and reads five times; a stream brings the event, and only the sockets are read.
 */
export const PATHS = {
  doorbell: [
    ['eventBridge', 1],
    ['sqs', 1],
    ['item', 1],
    ['transaction', 1],
    ['sqsFifo', 1],
    ['item', 5],
  ],
  stream: [
    ['eventBridge', 1],
    ['sqs', 1],
    ['item', 1],
    ['transaction', 1],
    ['dynamoDbStream', 1],
    ['item', 1],
  ],
} as const satisfies Readonly<Record<string, Path>>;

/** What no median is published for. Both paths have it. */
export const NOT_PUBLISHED = 'the HTTP API in front, PostToConnection, and the way over the internet';

/** Milliseconds from the producer's call to the posts, half of all events being faster hop by hop. */
export const sumOf = (path: Path): number => path.reduce((sum, [name, times]) => sum + times * PUBLISHED[name].p50, 0);

/** What is waited for after the commit: what the two paths differ in. */
export const afterCommit = (path: Path): number =>
  sumOf(path.slice(path.findIndex(([name]) => name === 'transaction') + 1));

/** The table of hops, header first. */
export const publishedRows = (): readonly (readonly string[])[] => [
  ['hop', 'p50', 'by the doorbell', 'by a stream', 'source'],
  ...Object.entries(PUBLISHED).map(([name, { what, p50, source }]) => [
    what,
    `${p50} ms`,
    `${timesOn(PATHS.doorbell, name)} ×`,
    `${timesOn(PATHS.stream, name)} ×`,
    source,
  ]),
];

const timesOn = (path: Path, name: string): number =>
  path.reduce((sum, [one, times]) => sum + (one === name ? times : 0), 0);
