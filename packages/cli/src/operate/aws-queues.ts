import type { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsMessageQueues } from '../../../../lambdas/adapters/sqs/message-queues.ts';
import type { Queues } from './aws.ts';
import type { Ask } from './aws-clients.ts';

/** The hub's own queues, of which everything that goes wrong names the action and the queue. */
export function createQueues(client: SQSClient, ask: Ask): Queues {
  const queues = createSqsMessageQueues(client);
  return {
    depth: (url) => ask('sqs:GetQueueAttributes', nameOf(url), () => queues.depth(url)),
    receive: (url, seconds) => ask('sqs:ReceiveMessage', nameOf(url), () => queues.receive(url, seconds)),
    send: (url, messages) => ask('sqs:SendMessage', nameOf(url), () => queues.send(url, messages)),
    remove: (url, receipts) => ask('sqs:DeleteMessage', nameOf(url), () => queues.remove(url, receipts)),
    giveBack: (url, receipts) => ask('sqs:ChangeMessageVisibility', nameOf(url), () => queues.giveBack(url, receipts)),
  };
}

/** The name at the end of a queue's URL. */
const nameOf = (url: string): string => `the queue ${url.split('/').at(-1) ?? url}`;
