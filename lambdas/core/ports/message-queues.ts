/** Why an entry of a batch was not carried out; undefined if it was. */
export type EntryProblem = string | undefined;

/** A message of a queue, invisible to others until its visibility ends. */
export interface QueueMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** When it was first sent, as far as SQS says so: one that SQS has moved keeps its time in a standard queue. */
  readonly sentAt: Date;
  /** Of a FIFO queue. */
  readonly groupId: string | undefined;
  /** Message attributes that are text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message to send. */
export interface Outgoing {
  readonly body: string;
  /** Both or none: only a FIFO queue takes them. */
  readonly fifo?: { readonly groupId: string; readonly deduplicationId: string };
}

/** About how full a queue is: SQS is a minute behind at times. */
export interface QueueDepth {
  /** Messages that can be received. */
  readonly messages: number;
  /** Messages that somebody has received and not dealt with. */
  readonly inFlight: number;
}

/** Queues as who repairs a hub uses them. Each method is one request of the action that it is named after. */
export interface MessageQueues {
  depth(url: string): Promise<QueueDepth>;
  /** At most ten; waits up to a second for the first, and asks every server of the queue. */
  receive(url: string, visibilitySeconds: number): Promise<readonly QueueMessage[]>;
  /** @param messages at most ten, and at most as many bytes as a batch takes */
  send(url: string, messages: readonly Outgoing[]): Promise<readonly EntryProblem[]>;
  /** @param receipts at most ten */
  remove(url: string, receipts: readonly string[]): Promise<readonly EntryProblem[]>;
  /** Makes messages visible again at once. @param receipts at most ten */
  giveBack(url: string, receipts: readonly string[]): Promise<readonly EntryProblem[]>;
}
