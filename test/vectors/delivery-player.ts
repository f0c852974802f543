import { expect } from 'vitest';
import { createDelivery } from '../../packages/client/src/delivery/create-delivery.ts';
import type { Delivery, DeliveryError, DeliveryReset, SocketEvents } from '../../packages/client/src/delivery/index.ts';
import type { DeliveryOptions } from '../../packages/client/src/delivery/options.ts';
import { recordedEvent } from '../../packages/client/test/recorded-event.ts';
import { VirtualSurroundings } from '../../packages/client/test/virtual-surroundings.ts';

type Frame = Readonly<Record<string, unknown>>;

/** One thing that happens, or that must have happened; what each means is in README.md. */
export interface Step {
  readonly opens?: true;
  readonly rejects?: true;
  readonly unopened?: true;
  readonly sent?: Frame;
  readonly silent?: true;
  readonly hub?: Frame | string;
  readonly socket?: number;
  readonly closes?: number;
  readonly closed?: number;
  readonly elapses?: number;
  readonly acks?: number;
  readonly delivered?: readonly number[];
  readonly cursor?: { readonly epoch: string; readonly sequence: number } | null;
  readonly state?: string;
  readonly reset?: object;
  readonly error?: string;
}

/** A misspelt one would check nothing. */
const STEPS = [
  ...['opens', 'rejects', 'unopened', 'sent', 'silent', 'hub', 'socket', 'closes', 'closed', 'elapses', 'acks'],
  ...['delivered', 'cursor', 'state', 'reset', 'error'],
];

/** A socket as the hub has it. */
interface HubSocket {
  readonly events: SocketEvents;
  isClosed: boolean;
}

/** Longest virtual time in which a client must ask for a socket, and the steps in which it is waited for. */
const PATIENCE = 60_000;
const MOMENT = 100;

/** Plays a vector to a client: a socket and a clock that do what its steps say. */
export class DeliveryPlayer {
  readonly #surroundings: VirtualSurroundings;
  readonly #delivery: Delivery;
  /** Asked for by the client, and not answered yet. */
  readonly #asked: HubSocket[] = [];
  readonly #sockets: HubSocket[] = [];
  readonly #sent: Frame[] = [];
  readonly #delivered: number[] = [];
  readonly #resets: object[] = [];
  readonly #errors: string[] = [];
  #lastId = '';

  constructor(options: object) {
    this.#surroundings = new VirtualSurroundings((_url, _protocols, events) => this.#accept(events));
    this.#delivery = createDelivery({
      url: 'wss://hub.example/v1',
      token: () => 'token',
      surroundings: this.#surroundings,
      onEvent: ({ sequence }) => {
        this.#delivered.push(Number(sequence));
      },
      onReset: ({ previous, ...reset }: DeliveryReset) => {
        this.#resets.push({ ...reset, previous: previous ?? null });
      },
      onError: (error) => this.#errors.push(codeOf(error)),
      ...options,
    } as DeliveryOptions);
  }

  async play(step: Step): Promise<void> {
    expect(STEPS).toEqual(expect.arrayContaining(Object.keys(step)));
    if (step.opens) (await this.#nextAsked()).events.opened();
    if (step.rejects) this.#close(await this.#nextAsked(), 1006);
    if (step.hub !== undefined) this.#socket(step.socket).events.received(this.#textOf(step.hub));
    if (step.closes !== undefined) this.#close(this.#socket(step.socket), step.closes);
    if (step.acks !== undefined) this.#delivery.ack(step.acks);
    await this.#surroundings.pass(step.elapses ?? 0);
    this.#check(step);
  }

  /** Everything that has happened must have been said. */
  async end(): Promise<void> {
    expect({ delivered: this.#delivered, resets: this.#resets, errors: this.#errors, sent: this.#sent }).toEqual({
      delivered: [],
      resets: [],
      errors: [],
      sent: [],
    });
    await this.#delivery.close();
    expect(this.#surroundings.pending).toBe(0);
  }

  #check(step: Step): void {
    if (step.sent !== undefined) {
      const { id, ...message } = this.#sent.shift() ?? {};
      expect(message).toEqual(step.sent);
      expect(typeof id).toBe('string');
    }
    if (step.unopened) expect(this.#asked).toEqual([]);
    if (step.silent) expect(this.#sent).toEqual([]);
    if (step.delivered !== undefined) expect(this.#delivered.splice(0)).toEqual(step.delivered);
    if (step.cursor !== undefined) expect(this.#delivery.cursor ?? null).toEqual(step.cursor);
    if (step.state !== undefined) expect(this.#delivery.state).toBe(step.state);
    if (step.reset !== undefined) expect(this.#resets.splice(0)).toEqual([step.reset]);
    if (step.error !== undefined) expect(this.#errors.splice(0)).toEqual([step.error]);
    if (step.closed !== undefined) expect(this.#socket(step.closed).isClosed).toBe(true);
  }

  #accept(events: SocketEvents) {
    const socket = { events, isClosed: false };
    this.#asked.push(socket);
    return {
      send: (text: string) => {
        const frame = JSON.parse(text) as Frame;
        this.#lastId = String(frame['id']);
        this.#sent.push(frame);
      },
      close: () => {
        socket.isClosed = true;
      },
    };
  }

  async #nextAsked(): Promise<HubSocket> {
    for (let waited = 0; ; waited += MOMENT) {
      await this.#surroundings.pass(waited === 0 ? 0 : MOMENT);
      const socket = this.#asked.shift();
      if (socket !== undefined) {
        this.#sockets.push(socket);
        return socket;
      }
      if (waited > PATIENCE) throw new Error(`Expected the client to ask for a socket within ${PATIENCE} ms`);
    }
  }

  /** By its number, from 1; the last one if there is none. */
  #socket(number = this.#sockets.length): HubSocket {
    const socket = this.#sockets[number - 1];
    if (socket === undefined) throw new Error(`Expected a socket ${number}, found ${this.#sockets.length}`);
    return socket;
  }

  #close(socket: HubSocket, code: number): void {
    socket.isClosed = true;
    socket.events.closed(code, '');
  }

  #textOf(frame: Frame | string): string {
    if (typeof frame === 'string') return frame;
    const { id, events } = frame;
    const isPage = frame['type'] === 'events' && Array.isArray(events);
    return JSON.stringify({
      ...frame,
      ...(id === '$' && { id: this.#lastId }),
      ...(isPage && { events: events.map((event) => (typeof event === 'number' ? recordedEvent(event) : event)) }),
    });
  }
}

/** A hub's own code where it is the hub that refuses. */
const codeOf = ({ code, cause }: DeliveryError): string =>
  code === 'HUB_REFUSED' ? (cause as { readonly code: string }).code : code;
