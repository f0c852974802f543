import { TidingsError, type Violation } from './codes.ts';
import { type Cursor, parseCursor, parseSequence, parseStart, type Start } from './cursor.ts';
import { type Filter, parseFilter } from './filter.ts';
import { describe, identifierProblem, type Sequence } from './identifiers.ts';
import { escapePointer } from './json-document.ts';
import { LIMITS } from './limits.ts';

declare const brand: unique symbol;
/** The name of a durable subscription: an identifier, unique per tenant. */
export type SubscriptionName = string & { readonly [brand]: 'SubscriptionName' };

/** Whether a subscription delivers. A paused one delivers nothing and loses nothing. */
export const SUBSCRIPTION_STATUSES = ['active', 'paused'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** A durable subscription as the HTTP API shows it. */
export interface Subscription {
  readonly name: SubscriptionName;
  readonly filter: Filter;
  readonly status: SubscriptionStatus;
  /** Everything up to here has been acknowledged. */
  readonly cursor: Cursor;
  /** RFC 3339. */
  readonly created: string;
  /** When filter or status were last changed, RFC 3339. */
  readonly updated: string;
}

/** Violations that an error names: an answer must not grow with what was sent. */
const MAX_VIOLATIONS = 20;

/** What `POST /subscriptions` takes. */
export interface NewSubscription {
  readonly name: SubscriptionName;
  readonly filter: Filter;
  /** Absent: from the head on. */
  readonly start?: Start;
}

/** What `PATCH /subscriptions/{name}` takes; what is absent stays. */
export interface SubscriptionChange {
  readonly status?: SubscriptionStatus;
  readonly filter?: Filter;
}

/**
 * A name out of something unknown.
 * @throws TidingsError SUBSCRIPTION_INVALID
 */
export function parseSubscriptionName(value: unknown, pointer: string): SubscriptionName {
  const problem = identifierProblem(value);
  if (problem === undefined) return value as SubscriptionName;
  throw invalid([{ path: pointer, message: problem }]);
}

/** @throws TidingsError SUBSCRIPTION_INVALID, FILTER_INVALID, CURSOR_INVALID */
export function parseNewSubscription(value: unknown): NewSubscription {
  const { name, filter, cursor } = members(value, ['name', 'filter', 'cursor']);
  return {
    name: parseSubscriptionName(name, '/name'),
    filter: parseFilter(filter),
    ...(cursor !== undefined && { start: parseStart(cursor) }),
  };
}

/** @throws TidingsError SUBSCRIPTION_INVALID, FILTER_INVALID */
export function parseSubscriptionChange(value: unknown): SubscriptionChange {
  const { status, filter } = members(value, ['status', 'filter']);
  if (status !== undefined && !isStatus(status)) {
    const message = `expected one of ${SUBSCRIPTION_STATUSES.join(', ')}, found ${describe(status)}`;
    throw invalid([{ path: '/status', message }]);
  }
  if (status === undefined && filter === undefined) {
    throw invalid([{ path: '', message: 'expected a status, a filter or both, found neither' }]);
  }
  return { ...(status !== undefined && { status }), ...(filter !== undefined && { filter: parseFilter(filter) }) };
}

/** What `POST /subscriptions/{name}/ack` takes. */
export interface Acknowledgement {
  /** Everything up to here has been dealt with. */
  readonly sequence: Sequence;
  /** The history that the sequence counts in; absent: that of the subscription's cursor. */
  readonly epoch?: string;
}

/** @throws TidingsError SUBSCRIPTION_INVALID, CURSOR_INVALID */
export function parseAcknowledgement(value: unknown): Acknowledgement {
  const { sequence, epoch } = members(value, ['sequence', 'epoch']);
  return epoch === undefined
    ? { sequence: parseSequence(sequence, '/sequence') }
    : parseCursor({ epoch, sequence }, '');
}

const isStatus = (value: unknown): value is SubscriptionStatus =>
  (SUBSCRIPTION_STATUSES as readonly unknown[]).includes(value);

function members<Name extends string>(value: unknown, allowed: readonly Name[]): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid([{ path: '', message: `expected a JSON object, found ${describe(value)}` }]);
  }
  const unknown = Object.keys(value).filter((name) => !(allowed as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw invalid(
      unknown.slice(0, MAX_VIOLATIONS).map((name) => ({
        path: `/${escapePointer(name.slice(0, LIMITS.identifierCharacters))}`,
        message: `expected one of ${allowed.join(', ')}`,
      })),
    );
  }
  return value as Partial<Record<Name, unknown>>;
}

const invalid = (errors: readonly Violation[]): TidingsError =>
  new TidingsError(
    'SUBSCRIPTION_INVALID',
    `The subscription cannot be used: ${errors[0]?.path} ${errors[0]?.message}`,
    {
      errors,
    },
  );
