import { DEAD_LETTER_QUEUE_NAMES, type DeadLetterQueueName, describe } from '@tidings/contracts';
import type { Outgoing, QueueMessage } from '../ports/message-queues.ts';

/** The hub's dead-letter queues: where their letters were before, and what they are. */
export const DEAD_LETTER_QUEUES = {
  intake: {
    from: 'intakeDeadLetters',
    to: 'intake',
    meaning: 'accepted events that could not be stored',
  },
  undeliverable: {
    from: 'intakeUndeliverable',
    to: 'intake',
    meaning: 'accepted events that EventBridge could not put into the intake queue',
  },
  doorbell: {
    from: 'doorbellDeadLetters',
    to: 'doorbell',
    meaning: 'tenants whose sockets could not be served',
  },
} as const satisfies Readonly<Record<DeadLetterQueueName, unknown>>;

export type QueueName = DeadLetterQueueName;

export const QUEUE_NAMES: readonly QueueName[] = DEAD_LETTER_QUEUE_NAMES;

/** Stands for the reason of a message that has none: SQS itself moved it, after its last try. */
export const NO_CODE = 'none';

/** A message that could not be dealt with, and what can be said of it without its payload. */
export interface DeadLetter {
  readonly queue: QueueName;
  readonly message: QueueMessage;
  readonly code: string;
  readonly reason: string | undefined;
  readonly tenant: string | undefined;
  readonly type: string | undefined;
  readonly eventId: string | undefined;
  /** How often it was tried; undefined where nobody has written that down. */
  readonly attempts: number | undefined;
}

/**
 * What a message says of itself. It may be anything: a part that is not there, or not what it should be, is undefined.
 *
 * `store-events` puts `code` and `reason` beside a message, EventBridge what it has found.
 * Source: EventBridge user guide, "Using dead-letter queues to process undelivered events".
 */
export function readDeadLetter(queue: QueueName, message: QueueMessage): DeadLetter {
  const { attributes } = message;
  const body = parse(message.body);
  const envelope = 'event' in body ? membersOf(body['event']) : body;
  const event = membersOf(envelope['detail']);
  return {
    queue,
    message,
    code: attributes['code'] ?? attributes['ERROR_CODE'] ?? NO_CODE,
    reason: attributes['reason'] ?? attributes['ERROR_MESSAGE'],
    tenant: textOf(event['tenantid']) ?? textOf(body['tenant']),
    type: textOf(event['type']) ?? textOf(envelope['detail-type']),
    eventId: textOf(event['id']),
    attempts: countOf(attributes['attempts'] ?? attributes['RETRY_ATTEMPTS']),
  };
}

/** What it takes to send a letter back, besides the letter. */
export interface RedriveWays {
  /** Module → name of its bus. */
  readonly buses: Readonly<Record<string, string>>;
  readonly uniqueId: () => string;
}

/** The message that goes back, or why none can. */
export type Redrive = { readonly outgoing: Outgoing } | { readonly problem: string };

/**
 * The message as its queue takes it.
 *
 * - From the intake's dead letters it goes back as it was: `store-events` and SQS both keep the body.
 * - What EventBridge could not deliver is the event alone. The intake wants the module of its bus beside it, which the
 *   event itself could only claim: it is that of the rule that EventBridge names.
 * - A ring goes back into its tenant's message group. Its deduplication id is new: under the old one SQS would take it,
 *   say so, and drop it for five minutes after the last.
 */
export function toRedrive({ queue, message }: DeadLetter, { buses, uniqueId }: RedriveWays): Redrive {
  const { body, attributes, groupId } = message;
  if (queue === 'doorbell') {
    if (groupId === undefined) return { problem: 'it has no message group' };
    return { outgoing: { body, fifo: { groupId, deduplicationId: uniqueId() } } };
  }
  const content = parse(body);
  if (queue === 'intake' || ('module' in content && 'event' in content)) return { outgoing: { body } };
  if (!('detail' in content)) return { problem: 'it is no event of EventBridge' };
  if (isEncrypted(content)) return { problem: 'EventBridge has encrypted it; docs/protecting.md says how to read it' };
  const rule = attributes['RULE_ARN'] ?? '';
  const bus = /:rule\/([^/]+)\/[^/]+$/.exec(rule)?.[1];
  const module = Object.keys(buses).find((name) => buses[name] === bus);
  if (module === undefined) return { problem: `its RULE_ARN names no bus of the hub: ${describe(rule)}` };
  // As text: parsing the event would change numbers that JavaScript cannot hold.
  return { outgoing: { body: `{"module":${JSON.stringify(module)},"event":${body.trim()}}` } };
}

/**
 * Whether a message holds an event that EventBridge could not decrypt: it stands for the event, and holds it encrypted.
 * Source: EventBridge user guide, "Decrypting events in EventBridge dead-letter queues".
 */
const isEncrypted = ({ source, 'detail-type': detailType, detail }: Members): boolean =>
  source === 'aws.events' && detailType === 'Encrypted Events' && 'encrypted-payload' in membersOf(detail);

type Members = Readonly<Record<string, unknown>>;

function parse(body: string): Members {
  try {
    return membersOf(JSON.parse(body));
  } catch {
    return {};
  }
}

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const countOf = (text = ''): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
