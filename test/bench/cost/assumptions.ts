/**
 * What no count can tell: how long AWS takes to answer, and how fast its processors are. Everything here is printed with
 * the report, and none of it moves the bill by much: see docs/cost.md.
 */
export const ASSUMPTIONS = {
  /**
   * Milliseconds that a call takes, about the median that was published or measured by others. The endpoints of the
   * counted run answer after them, so the handlers wait as often, and as often at once, as they do.
   *
   * - DynamoDB: "single-digit millisecond" (developer guide); a transaction takes some times as long (A. DeBrie,
   *   "DynamoDB Transactions Performance Testing").
   * - SQS FIFO: 28 ms from send to consumer, of which the send is a part (bitesizedserverless.com, "Serverless Messaging:
   *   Latency Compared", 2022).
   * - PutEvents and PostToConnection: nothing is published; generous.
   */
  answerMilliseconds: { dynamoDb: 5, dynamoDbTransaction: 25, sqs: 28, putEvents: 40, post: 20 },
  /** Processor time on Lambda's arm64 for a second of this machine's. AWS publishes none: pessimistic. */
  processorFactor: 1.5,
  /** MB that have one processor. Source: Lambda developer guide, "Configure Lambda function memory". */
  megabytesOfProcessor: 1769,
  /** Bytes that CloudWatch adds to each line. Source: CloudWatch Logs API reference, PutLogEvents. */
  logLineBytes: 26,
  /** Bytes that DynamoDB adds to an item that it stores. Source: DynamoDB developer guide, "Item sizes and formats". */
  storedItemBytes: 100,
  /** A month has so many. */
  hoursOfMonth: 730,
} as const;
