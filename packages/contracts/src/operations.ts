/** What a token needs to look at how a hub does, and to send dead letters back. The same in every environment. */
export const OPERATIONS_SCOPES = { read: 'operations:read', write: 'operations:write' } as const;

/** The hub's dead-letter queues, by the names that operators call them. */
export const DEAD_LETTER_QUEUE_NAMES = ['intake', 'undeliverable', 'doorbell'] as const;

export type DeadLetterQueueName = (typeof DEAD_LETTER_QUEUE_NAMES)[number];

/** About how full a queue is, whosever messages they are: SQS is a minute behind at times. */
export interface QueueFill {
  /** Messages that wait. */
  readonly waiting: number;
  /** Messages that somebody has in hand. */
  readonly inFlight: number;
}

/** The answer of `GET /operations/health`. */
export interface HubHealth {
  /** RFC 3339. */
  readonly time: string;
  /** How the token's tenant does; null for a token without one. */
  readonly tenant: TenantHealth | null;
  readonly queues: Readonly<Record<HealthQueue, QueueFill>>;
}

/** Queues that are on the way of an event: where it waits, and where it lies if it cannot go on. */
export const HEALTH_QUEUES = [
  'intake',
  'doorbell',
  'intakeDeadLetters',
  'intakeUndeliverable',
  'doorbellDeadLetters',
] as const;

export type HealthQueue = (typeof HEALTH_QUEUES)[number];

export interface TenantHealth {
  readonly tenantid: string;
  /** Empty, and the head 0, where the tenant has no event yet. */
  readonly epoch: string;
  readonly head: number;
  /** Up to where all open sockets were served, and how many events that is behind the head. */
  readonly fanOut: { readonly through: number; readonly lag: number };
  /** Sockets that have subscribed; of more than some thousand about how many were opened in the last hour and a quarter. */
  readonly connections: number;
}

/** The answer of `GET /operations/metrics`. Numbers are the whole hub's. */
export interface HubMetrics {
  /** RFC 3339; the first value is of the period that begins here. */
  readonly from: string;
  /** RFC 3339; the last period ends here, which is in the future while it goes on. */
  readonly through: string;
  readonly periodSeconds: number;
  readonly series: readonly MetricSeries[];
  /** What was refused or set aside in all that time, by its reason; the most frequent first. */
  readonly rejected: readonly RejectedCount[];
}

export interface MetricSeries {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  readonly statistic: 'Sum' | 'Maximum' | 'p99';
  /** One a period; null where nothing was measured. Nothing counted is 0. */
  readonly values: readonly (number | null)[];
}

export interface RejectedCount {
  readonly metric: string;
  /** One of the hub's codes. */
  readonly code: string;
  readonly count: number;
}

/** A message that could not be dealt with, without what it says. */
export interface DeadLetterSummary {
  /** By this it is sent back. It is another one after it has come back. */
  readonly letterId: string;
  readonly queue: DeadLetterQueueName;
  /** What the message says of itself, absent where it cannot be read; shortened where it is longer than may be. */
  readonly tenantid?: string;
  readonly eventId?: string;
  readonly type?: string;
  /** Why it is here; absent where SQS itself has moved it after its last try. */
  readonly reason?: { readonly code: string; readonly message: string };
  /** RFC 3339; when it came into this queue, or where SQS has moved it, into the one before. */
  readonly receivedTime: string;
  /** How often it was tried; absent where nobody has written that down. */
  readonly deliveries?: number;
}

/** The answer of `GET /operations/dead-letters`. */
export interface DeadLetterPage {
  /** The oldest first. */
  readonly letters: readonly DeadLetterSummary[];
  /** About how many the queue has, whosever they are. */
  readonly waiting: number;
  /** Whether all of the queue were looked at; if not, there may be others of yours: somebody may have them in hand. */
  readonly complete: boolean;
}

/** What `POST /operations/dead-letters/redrive` takes. */
export type RedriveRequest =
  | { readonly queue: DeadLetterQueueName; readonly letterIds: readonly string[] }
  | { readonly queue: DeadLetterQueueName; readonly all: true };

/** The answer of `POST /operations/dead-letters/redrive`. */
export interface RedriveAnswer {
  /** Letters that were sent back. */
  readonly redriven: number;
  /** Ids of letters that are not in the queue, or not yours. */
  readonly missing: readonly string[];
  /**
   * Letters that were meant and are still there, about: there was no time for them, they came back, they cannot be sent,
   * or, where all letters were asked for, somebody else has them in hand. Asking again is safe.
   */
  readonly left: number;
  /** Why letters cannot be sent; for a token without a tenant only. */
  readonly problems?: readonly { readonly message: string; readonly count: number }[];
}
