import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { has } from './capabilities.ts';
import type { ReceivedEvent } from './events.ts';
import { type Claims, tokenFor } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { waitFor } from './wait.ts';

/** What the hub sends; the members depend on the type. */
export interface HubFrame {
  readonly type: string;
  readonly id?: string;
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly from?: number;
  readonly through?: number;
  readonly replay?: boolean;
  readonly head?: number;
  readonly epoch?: string;
  readonly heartbeatSeconds?: number;
  readonly events?: readonly ReceivedEvent[];
}

/** A handshake that the hub has refused. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
  readonly status: number;
  constructor(status: number) {
    super(`The handshake was answered by ${status}`);
    this.status = status;
  }
}

/** How to open a socket. */
export interface SocketOptions {
  readonly claims?: Claims;
  /** In place of claims; `null` for none at all. */
  readonly token?: string | null;
  /** Patterns for `?types=`. */
  readonly types?: readonly string[];
  readonly origin?: string;
  /** Where the token goes. @default the subprotocol, if the target can answer one */
  readonly tokenIn?: 'subprotocol' | 'header';
}

/** A socket that keeps every frame from the first one on, so that none is missed. */
export class SocketClient {
  readonly frames: HubFrame[] = [];
  /** Bytes of each frame, in the same order. */
  readonly sizes: number[] = [];
  closed: string | undefined;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: RawData) => {
      const bytes = toBuffer(data);
      this.sizes.push(bytes.byteLength);
      this.frames.push(JSON.parse(bytes.toString('utf8')) as HubFrame);
    });
    socket.on('close', (code) => {
      this.closed = `closed with ${code}`;
    });
    socket.on('error', (error) => {
      this.closed ??= error.message;
    });
  }

  /** The subprotocol that the hub has chosen; empty if none. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** The events that have arrived so far. */
  get events(): readonly ReceivedEvent[] {
    return this.frames.flatMap(({ type, events }) => (type === 'events' ? (events ?? []) : []));
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Sends a message with an id of its own and waits for the answer to it. */
  async request(message: Readonly<Record<string, unknown>>): Promise<HubFrame> {
    const id = randomUUID();
    this.send(JSON.stringify({ ...message, id }));
    return await this.frame(`the answer to ${JSON.stringify(message)}`, (frame) => frame.id === id);
  }

  /**
   * Subscribes.
   * @throws Error unless the hub agrees
   */
  async subscribe(filter: Readonly<Record<string, readonly string[]>> = {}): Promise<HubFrame> {
    const answer = await this.request({ action: 'subscribe', filter });
    if (answer.type !== 'subscribed') throw new Error(`Expected "subscribed", found ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Waits for a frame; one that has arrived before counts. */
  async frame(what: string, isIt: (frame: HubFrame) => boolean): Promise<HubFrame> {
    return await waitFor(what, () => this.#alive(this.frames.find(isIt)), { lastSeen: () => this.#summary() });
  }

  /** Waits until an event with this id has arrived. */
  async event(id: string, deadline?: number): Promise<ReceivedEvent> {
    return await waitFor(`the event ${id}`, () => this.#alive(this.events.find((event) => event.id === id)), {
      ...(deadline !== undefined && { deadline }),
      lastSeen: () => this.#summary(),
    });
  }

  /** Waits until at least this many events have arrived. */
  async count(least: number, deadline?: number): Promise<readonly ReceivedEvent[]> {
    return await waitFor(`${least} events`, () => this.#alive(this.events.length >= least ? this.events : undefined), {
      ...(deadline !== undefined && { deadline }),
      lastSeen: () => this.#summary(),
    });
  }

  /**
   * Waits until everything that the hub had posted here before has arrived: the answer to a message that it cannot
   * serve comes by the same way. A socket that the hub has closed has nothing under way either.
   */
  async settle(): Promise<void> {
    const id = randomUUID();
    if (this.closed === undefined) this.send(JSON.stringify({ action: 'settle', id }));
    const answered = (): boolean => this.closed !== undefined || this.frames.some((frame) => frame.id === id);
    await waitFor('an answer to an unknown action', () => answered() || undefined, { lastSeen: () => this.#summary() });
  }

  /** Ends the TCP connection without a close frame, as a machine that loses its power does. */
  kill(): void {
    this.#socket.terminate();
  }

  #alive<Value>(value: Value | undefined): Value | undefined {
    if (value === undefined && this.closed !== undefined) throw new Error(`${this.closed}. ${this.#summary()}`);
    return value;
  }

  #summary(): string {
    const ids = this.events.map(({ id, sequence }) => `${Number(sequence)}:${id}`);
    const others = this.frames.filter(({ type }) => type !== 'events');
    return `Arrived: ${ids.length} events [${ids.slice(-20).join(', ')}], and ${JSON.stringify(others).slice(0, 2000)}`;
  }
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/**
 * Opens a socket, which ends with the test.
 * @throws HandshakeRefused
 */
export async function openSocket({ claims = {}, token, types, origin, tokenIn }: SocketOptions): Promise<SocketClient> {
  const offered = token === undefined ? await tokenFor(claims) : token;
  const url = new URL(hubUnderTest().target.socketUrl);
  if (types !== undefined) url.searchParams.set('types', types.join(','));
  const inHeader = (tokenIn ?? (has('subprotocol-echo') ? 'subprotocol' : 'header')) === 'header';
  const protocols = inHeader ? [] : ['tidings.v1', ...(offered === null ? [] : [`bearer.${offered}`])];
  const socket = new WebSocket(url, protocols, {
    headers: {
      ...(origin !== undefined && { origin }),
      ...(inHeader && offered !== null && { authorization: `Bearer ${offered}` }),
    },
    handshakeTimeout: 15_000,
    maxPayload: 1024 * 1024,
  });
  const client = new SocketClient(socket);
  onTestFinished(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new HandshakeRefused(response.statusCode ?? 0));
      socket.terminate();
    });
    socket.once('error', reject);
  });
  return client;
}

/** A socket that receives everything that its claims allow: by `subscribe`, or by `?types=` where that cannot work. */
export async function openReceiver(claims: Claims): Promise<SocketClient> {
  if (!has('socket-authorizer')) return await openSocket({ claims, types: ['*'] });
  const socket = await openSocket({ claims });
  await socket.subscribe();
  return socket;
}
