import { randomUUID } from 'node:crypto';
import type { ReceivedEvent } from './events.ts';
import type { HubFrame, SocketClient } from './socket-client.ts';

/** Everything after it is wanted; without an epoch, everything that is left. */
export interface Cursor {
  readonly epoch?: string;
  readonly sequence: number;
}

/** What a hub frame of this suite can have besides what live sockets need. */
export interface PageFrame extends HubFrame {
  readonly reason?: string;
  readonly oldest?: number;
  readonly cursor?: Cursor;
  readonly expires?: number;
  readonly retryAfterSeconds?: number;
}

/** The whole answer to a request that asks for a page. */
export interface PageAnswer {
  readonly subscribed: PageFrame | undefined;
  /** The `events` frames between the request and its end that were asked for. */
  readonly frames: readonly PageFrame[];
  readonly events: readonly ReceivedEvent[];
  /** `synced`, `reset` or `error`. */
  readonly end: PageFrame;
}

/** Sends a request that is answered by a page, and waits for the end of it. */
export async function requestPage(
  socket: SocketClient,
  message: Readonly<Record<string, unknown>>,
): Promise<PageAnswer> {
  const id = randomUUID();
  const first = socket.frames.length;
  socket.send(JSON.stringify({ ...message, id }));
  const end = await socket.frame(
    `the page of ${JSON.stringify(message)}`,
    (frame) => frame.id === id && ['synced', 'reset', 'error'].includes(frame.type),
  );
  const answer = socket.frames.slice(first, socket.frames.indexOf(end));
  const frames = answer.filter(({ type, replay }) => type === 'events' && replay === true);
  return {
    subscribed: answer.find((frame) => frame.type === 'subscribed' && frame.id === id),
    frames,
    events: frames.flatMap(({ events = [] }) => events),
    end,
  };
}

/** The page after a cursor. */
export const sync = (socket: SocketClient, cursor: unknown): Promise<PageAnswer> =>
  requestPage(socket, { action: 'sync', cursor });

/** Subscribes from a cursor on. */
export const subscribeFrom = (socket: SocketClient, cursor: unknown, filter: object = {}): Promise<PageAnswer> =>
  requestPage(socket, { action: 'subscribe', filter, cursor });

/** Takes up a durable subscription. */
export const resume = (socket: SocketClient, subscription: string): Promise<PageAnswer> =>
  requestPage(socket, { action: 'subscribe', subscription });

/** Sequences of events as numbers. */
export const sequencesOf = (events: readonly ReceivedEvent[]): readonly number[] =>
  events.map(({ sequence }) => Number(sequence));

/** All whole numbers of a stretch. */
export const numbers = (from: number, through: number): readonly number[] =>
  Array.from({ length: Math.max(0, through - from + 1) }, (_, index) => from + index);

/** What can never be a cursor, and which member of it the answer has to name. */
export const BAD_CURSORS: readonly (readonly [name: string, cursor: unknown, path: string])[] = [
  ['a negative sequence', { epoch: 'e', sequence: -1 }, '/sequence'],
  ['a fractional sequence', { epoch: 'e', sequence: 1.5 }, '/sequence'],
  ['2^53', { epoch: 'e', sequence: 2 ** 53 }, '/sequence'],
  ['a sequence as text', { epoch: 'e', sequence: '1' }, '/sequence'],
  ['no sequence', { epoch: 'e' }, '/sequence'],
  ['an epoch that is no text', { epoch: 7, sequence: 1 }, '/epoch'],
  ['an epoch of 129 characters', { epoch: 'e'.repeat(129), sequence: 1 }, '/epoch'],
  ['a sequence without its epoch', { sequence: 5 }, '/epoch'],
  ['another member', { epoch: 'e', sequence: 1, offset: 2 }, ''],
  ['a number', 41, ''],
  ['a list', [1], ''],
  ['null', null, ''],
];
