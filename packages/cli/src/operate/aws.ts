import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { MessageQueues } from '../../../../lambdas/core/ports/message-queues.ts';
import type { Deployment } from './deployment.ts';

/** What operators do with queues. */
export type Queues = MessageQueues;

export type Item = Readonly<Record<string, AttributeValue>>;

/** Primary key of an item of both tables. */
export interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** A deletion that takes place only under a condition. */
export interface Deletion {
  readonly key: Key;
  readonly condition?: { readonly expression: string; readonly values: Record<string, AttributeValue> };
}

/** What operators do with tables. All reads are strongly consistent. */
export interface Tables {
  get(table: string, key: Key): Promise<Item | undefined>;
  /** The items of a partition in their order, a page at a time. @param between first and last sort key */
  query(table: string, partition: string, between?: readonly [string, string]): AsyncIterable<readonly Item[]>;
  /** All items whose partition key begins with a text, in no order. */
  scan(table: string, prefix: string): AsyncIterable<readonly Item[]>;
  /** The items that are there, in no order. @param keys distinct */
  getAll(table: string, keys: readonly Key[]): Promise<readonly Item[]>;
  /** @param keys distinct; those of items that are not there do no harm */
  removeAll(table: string, keys: readonly Key[]): Promise<void>;
  /** All or none. @returns false if a condition is not met */
  removeTogether(table: string, deletions: readonly Deletion[]): Promise<boolean>;
}

/** What operators do with open sockets. */
export interface Sockets {
  /** @returns whether it was open */
  close(connectionId: string): Promise<boolean>;
}

/** AWS as the commands for operators use it. Everything that goes wrong is a `Failure` that names the action. */
export interface Aws {
  readonly queues: Queues;
  readonly tables: Tables;
  readonly sockets: Sockets;
}

/**
 * Opens the way to a hub's queues and tables. The SDK is loaded here and not sooner: no other command waits for it.
 */
export async function openAws(deployment: Deployment): Promise<Aws> {
  // The SDK warns of the oldest Node.js that this command runs on, to whoever reads its messages.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { createAws } = await import('./aws-clients.ts');
  return createAws(deployment);
}
