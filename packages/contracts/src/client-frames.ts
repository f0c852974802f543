import { type Code, TidingsError, type Violation } from './codes.ts';
import { type Cursor, parseCursor, parseSequence, parseStart, type Start } from './cursor.ts';
import { type Filter, parseFilter } from './filter.ts';
import { describe, type Sequence } from './identifiers.ts';
import { escapePointer, parseJson } from './json-document.ts';
import { LIMITS } from './limits.ts';
import { parseSubscriptionName, type SubscriptionName } from './subscription.ts';

/** Every request can carry the client's own id, which comes back in the answer. */
interface Request {
  readonly id?: string;
}

/** Deliver what the filter lets through: from now on, or from a place in the past. Replaces what was subscribed. */
export interface SubscribeFrame extends Request {
  readonly action: 'subscribe';
  readonly filter: Filter;
  /** Absent: live only, from the head. */
  readonly start?: Start;
}

/** Deliver what a durable subscription asks for, from where it stands. */
export interface ResumeFrame extends Request {
  readonly action: 'resume';
  readonly subscription: SubscriptionName;
}

/** Heartbeat, gap check and replay in one: answer with the page after this cursor. */
export interface SyncFrame extends Request {
  readonly action: 'sync';
  readonly start: Start;
}

/** Everything up to this sequence has been dealt with. */
export interface AckFrame extends Request {
  readonly action: 'ack';
  readonly subscription: SubscriptionName;
  readonly sequence: Sequence;
  readonly epoch?: string;
}

/** Go on with a newer token. */
export interface TokenFrame extends Request {
  readonly action: 'token';
  readonly token: string;
}

/** Everything that a client may send. `subscribe` with a `subscription` is read as `resume`. */
export type ClientFrame = SubscribeFrame | ResumeFrame | SyncFrame | AckFrame | TokenFrame;

/** A client's message that cannot be served; carries the id to answer to, where one could be read. */
export class FrameError extends TidingsError {
  readonly id: string | undefined;
  constructor(code: Code, message: string, id?: string, errors: readonly Violation[] = []) {
    super(code, message, { errors });
    this.id = id;
  }
}

type Members = Readonly<Record<string, unknown>>;

/** What a client may ask for, and the members that each request may have besides `action` and `id`. */
export const CLIENT_ACTIONS = {
  subscribe: ['filter', 'cursor', 'subscription'],
  sync: ['cursor'],
  ack: ['subscription', 'sequence', 'epoch'],
  token: ['token'],
} as const;

type Action = keyof typeof CLIENT_ACTIONS;

/**
 * A client's message from its text.
 * @throws FrameError FRAME_NOT_JSON, FRAME_MALFORMED, JSON_TOO_DEEP, JSON_KEY_REFUSED, ACTION_UNKNOWN, FILTER_INVALID,
 * CURSOR_INVALID, SUBSCRIPTION_INVALID
 */
export function parseClientFrame(text: string): ClientFrame {
  const frame = parseObject(text);
  const id = parseId(frame['id']);
  const action = parseAction(frame['action'], id);
  const allowed: readonly string[] = ['action', 'id', ...CLIENT_ACTIONS[action]];
  const unknown = Object.keys(frame).find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    const path = `/${escapePointer(unknown.slice(0, LIMITS.identifierCharacters))}`;
    const error = { path, message: `expected one of ${allowed.join(', ')}` };
    throw new FrameError('FRAME_MALFORMED', `Unknown member ${describe(unknown)} in "${action}"`, id, [error]);
  }
  try {
    return { ...(id !== undefined && { id }), ...PARSERS[action](frame) };
  } catch (error) {
    throw error instanceof TidingsError ? new FrameError(error.code, error.message, id, error.errors) : error;
  }
}

const PARSERS: Readonly<Record<Action, (frame: Members) => ClientFrame>> = {
  subscribe(frame) {
    const { filter, cursor, subscription } = frame;
    if (subscription === undefined) {
      return {
        action: 'subscribe',
        filter: parseFilter(filter),
        ...(cursor !== undefined && { start: parseStart(cursor) }),
      };
    }
    if (filter !== undefined || cursor !== undefined) {
      throw malformed('/subscription', 'expected no filter and no cursor beside it: the subscription has its own');
    }
    return { action: 'resume', subscription: parseSubscriptionName(subscription, '/subscription') };
  },
  sync: ({ cursor }) => ({ action: 'sync', start: parseStart(cursor) }),
  ack: ({ subscription, sequence, epoch }) => ({
    action: 'ack',
    subscription: parseSubscriptionName(subscription, '/subscription'),
    ...(epoch === undefined ? { sequence: parseSequence(sequence, '/sequence') } : parseAckCursor(epoch, sequence)),
  }),
  token({ token }) {
    if (typeof token === 'string' && token !== '') return { action: 'token', token };
    // What was found may be most of a token: it is not repeated.
    throw malformed('/token', 'expected an access token as a string');
  },
};

const parseAckCursor = (epoch: unknown, sequence: unknown): Cursor => parseCursor({ epoch, sequence }, '');

const malformed = (path: string, message: string): TidingsError =>
  new TidingsError('FRAME_MALFORMED', `The message cannot be read: ${path} ${message}`, {
    errors: [{ path, message }],
  });

function parseAction(action: unknown, id: string | undefined): Action {
  const actions = Object.keys(CLIENT_ACTIONS).join(', ');
  if (action === undefined)
    throw new FrameError('FRAME_MALFORMED', `Expected an "action", one of ${actions}; found none`, id);
  if (typeof action === 'string' && Object.hasOwn(CLIENT_ACTIONS, action)) return action as Action;
  throw new FrameError('ACTION_UNKNOWN', `Expected an action out of ${actions}; found ${describe(action)}`, id);
}

function parseObject(text: string): Members {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error;
    const code = error.code === 'BODY_NOT_JSON' ? 'FRAME_NOT_JSON' : error.code;
    throw new FrameError(code, error.message, undefined, error.errors);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FrameError('FRAME_MALFORMED', `Expected one JSON object, found ${describe(value)}`);
  }
  return value as Members;
}

function parseId(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'string' && id.length <= LIMITS.frameIdCharacters) return id;
  throw new FrameError(
    'FRAME_MALFORMED',
    `Expected "id" as a string of at most ${LIMITS.frameIdCharacters} characters, found ${describe(id)}`,
  );
}
