import { type Code, TidingsError, type Violation } from './codes.ts';
import { type Filter, parseFilter } from './filter.ts';
import { describe, type Sequence } from './identifiers.ts';
import { escapePointer, parseJson } from './json-document.ts';
import { LIMITS } from './limits.ts';

/** The WebSocket subprotocol, offered by the client and chosen by the hub. */
export const SUBPROTOCOL = 'tidings.v1';

/** A browser cannot set headers: it offers its token as a second subprotocol with this before it. Never echoed. */
export const TOKEN_SUBPROTOCOL_PREFIX = 'bearer.';

/** Seconds between two signs of life that a client should send: API Gateway cuts an idle socket after 600. */
export const HEARTBEAT_SECONDS = 240;

/** Client → hub: deliver from now on what this filter lets through. Replaces the connection's filter. */
export interface SubscribeFrame {
  readonly action: 'subscribe';
  /** The client's own; comes back in the answer. */
  readonly id?: string;
  readonly filter: Filter;
}

/** Everything that a client may send. */
export type ClientFrame = SubscribeFrame;

/** Hub → client: the answer to `subscribe`. Everything after `head` will come. */
export interface SubscribedFrame {
  readonly type: 'subscribed';
  readonly id?: string;
  /** Absent as long as the tenant has no event. */
  readonly epoch?: string;
  readonly head: Sequence;
  readonly heartbeatSeconds: number;
}

/** Hub → client: the request with this id failed; the socket stays open. */
export interface ErrorFrame {
  readonly type: 'error';
  readonly id?: string;
  readonly code: Code;
  readonly message: string;
  readonly errors?: readonly Violation[];
}

/**
 * Hub → client: all events of the range that are for this client, in order. What is missing in it was not.
 *
 * `Event` is the event as an object for who reads frames; the hub itself splices JSON text (see `eventsFrame`).
 */
export interface EventsFrame<Event> {
  readonly type: 'events';
  readonly from: Sequence;
  readonly through: Sequence;
  /** Whether the client asked for them, as against live delivery. */
  readonly replay: boolean;
  readonly events: readonly Event[];
}

/** Everything that the hub may send. */
export type HubFrame<Event> = SubscribedFrame | ErrorFrame | EventsFrame<Event>;

/** The text of an `events` frame around events that are JSON already: they are never parsed on their way. */
export function eventsFrame(
  range: Pick<EventsFrame<never>, 'from' | 'through' | 'replay'>,
  events: readonly string[],
): string {
  return `{"type":"events","from":${range.from},"through":${range.through},"replay":${range.replay},"events":[${events.join(',')}]}`;
}

/** Bytes of an `events` frame that are not events: the longest numbers, and room. */
export const FRAME_OVERHEAD_BYTES = 160;

/** A client's message that cannot be served; carries the id to answer to, where one could be read. */
export class FrameError extends TidingsError {
  readonly id: string | undefined;
  constructor(code: Code, message: string, id?: string, errors: readonly Violation[] = []) {
    super(code, message, { errors });
    this.id = id;
  }
}

/** What a client may ask for. */
export const CLIENT_ACTIONS = ['subscribe'] as const;

/**
 * A client's message from its text.
 * @throws FrameError FRAME_NOT_JSON, FRAME_MALFORMED, ACTION_UNKNOWN, FILTER_INVALID, CURSOR_UNSUPPORTED,
 * SUBSCRIPTION_UNSUPPORTED
 */
export function parseClientFrame(text: string): ClientFrame {
  const frame = parseObject(text);
  const id = parseId(frame['id']);
  const action = frame['action'];
  if (action === undefined) {
    throw new FrameError(
      'FRAME_MALFORMED',
      `Expected an "action", one of ${CLIENT_ACTIONS.join(', ')}; found none`,
      id,
    );
  }
  if (action !== 'subscribe') {
    throw new FrameError(
      'ACTION_UNKNOWN',
      `Expected an action out of ${CLIENT_ACTIONS.join(', ')}; found ${describe(action)}`,
      id,
    );
  }
  return parseSubscribe(frame, id);
}

function parseSubscribe(frame: Readonly<Record<string, unknown>>, id: string | undefined): SubscribeFrame {
  if (frame['cursor'] !== undefined) {
    throw new FrameError('CURSOR_UNSUPPORTED', 'This hub delivers live only: subscribe without "cursor"', id);
  }
  if (frame['subscription'] !== undefined) {
    throw new FrameError('SUBSCRIPTION_UNSUPPORTED', 'This hub has no durable subscriptions: send a "filter"', id);
  }
  for (const name of Object.keys(frame)) {
    if (!['action', 'id', 'filter'].includes(name)) {
      const error = {
        path: `/${escapePointer(name.slice(0, LIMITS.identifierCharacters))}`,
        message: 'expected one of action, id, filter',
      };
      throw new FrameError('FRAME_MALFORMED', `Unknown member ${describe(name)} in "subscribe"`, id, [error]);
    }
  }
  try {
    return { action: 'subscribe', ...(id !== undefined && { id }), filter: parseFilter(frame['filter']) };
  } catch (error) {
    throw error instanceof TidingsError ? new FrameError(error.code, error.message, id, error.errors) : error;
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
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
  return value as Readonly<Record<string, unknown>>;
}

function parseId(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'string' && id.length <= LIMITS.frameIdCharacters) return id;
  throw new FrameError(
    'FRAME_MALFORMED',
    `Expected "id" as a string of at most ${LIMITS.frameIdCharacters} characters, found ${describe(id)}`,
  );
}
