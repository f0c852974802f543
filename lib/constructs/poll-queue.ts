import { Names } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { HubFunction } from './hub-function.ts';

/**
 * Lets Lambda feed a function from a queue, some messages at a time, each acknowledged by itself.
 *
 * `SqsEventSource` would do it, but grants two permissions that neither Lambda nor the function ever uses. What is granted
 * here is what Lambda asks for. Source: Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions.
 */
export function pollQueue(
  queue: IQueue,
  consumer: HubFunction,
  { batchSize, maxConcurrency }: { readonly batchSize: number; readonly maxConcurrency: number },
): void {
  // The id that SqsEventSource gives. With another one a deployed stack would get a second mapping, which AWS refuses.
  const mapping = consumer.lambda.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    maxConcurrency,
  });
  const grant = queue.grant(consumer, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
  // AWS refuses a mapping whose function may not read the queue.
  grant.applyBefore(mapping);
}
