import type { Cursor, SocketEvents } from '../src/delivery/index.ts';
import { recordedEvent } from './recorded-event.ts';
import { VirtualSurroundings } from './virtual-surroundings.ts';

type Frame = Readonly<Record<string, unknown>>;
type Start = { readonly epoch?: string; readonly sequence: number };

/** A socket as the hub sees it. */
export interface HubSocket {
  readonly token: string;
  readonly frames: Frame[];
  state: 'opening' | 'open' | 'closed';
  isSubscribed: boolean;
  /** Whether the network below is gone without anybody having heard of it. */
  isDead: boolean;
  readonly events: SocketEvents;
}

const PAGE_EVENTS = 10;
const LATENCY = 5;

/** A hub for one client, on a virtual clock; does as the protocol says but where a test tells it otherwise. */
export class FakeHub {
  readonly surroundings: VirtualSurroundings;
  readonly sockets: HubSocket[] = [];
  readonly acknowledged: number[] = [];
  epoch = '';
  head = 0;
  /** The first event that is still there. */
  oldest = 1;
  /** Sequences that are not for the client. */
  readonly foreign = new Set<number>();
  subscription: Cursor | undefined;
  isPaused = false;
  /** Whether `synced` says how many events came before. */
  saysCount = true;
  /** Whether `synced` names the epoch. */
  saysEpoch = true;
  /** Whether a handshake is let in. */
  admits: (token: string) => boolean = () => true;
  /** Whether the hub says nothing to this frame of a client. */
  ignores: (frame: Frame) => boolean = () => false;
  /** An error to answer with instead. */
  refuses: (frame: Frame, socket: HubSocket) => Frame | undefined = () => undefined;
  /** Whether a frame to the client is lost on its way. */
  loses: (frame: Frame, socket: HubSocket) => boolean = () => false;

  constructor(random?: () => number) {
    this.surroundings = new VirtualSurroundings((_url, protocols, events) => this.#accept(protocols, events), random);
  }

  get open(): readonly HubSocket[] {
    return this.sockets.filter(({ state }) => state === 'open');
  }

  /** Everything that the client has sent, whatever the socket. */
  get received(): readonly Frame[] {
    return this.sockets.flatMap(({ frames }) => frames);
  }

  actions(action: string): readonly Frame[] {
    return this.received.filter((frame) => frame['action'] === action);
  }

  /** Records events and delivers them. */
  publish(count = 1, { isFor = true, isLost = false } = {}): void {
    if (this.epoch === '') this.epoch = 'e1';
    const from = this.head + 1;
    this.head += count;
    for (let sequence = from; !isFor && sequence <= this.head; sequence += 1) this.foreign.add(sequence);
    if (isFor && !isLost && !this.isPaused) this.deliver(from, this.head);
  }

  /** Delivers a stretch live to whoever has subscribed. */
  deliver(from: number, through: number): void {
    const frame = { type: 'events', from, through, replay: false, events: this.#eventsOf(from, through) };
    for (const socket of this.open) if (socket.isSubscribed) this.send(socket, frame);
  }

  send(socket: HubSocket, frame: Frame): void {
    if (this.loses(frame, socket)) return;
    const text = JSON.stringify(frame);
    this.surroundings.schedule(LATENCY, () => {
      if (socket.state === 'open' && !socket.isDead) socket.events.received(text);
    });
  }

  /** Closes a socket from the hub's side. */
  cut(socket: HubSocket | undefined = this.open.at(-1)): void {
    if (socket === undefined || socket.state === 'closed') return;
    socket.state = 'closed';
    socket.events.closed(1006, '');
  }

  #accept(protocols: readonly string[], events: SocketEvents) {
    const token = protocols.find((name) => name.startsWith('bearer.'))?.slice('bearer.'.length) ?? '';
    const socket: HubSocket = { token, frames: [], state: 'opening', isSubscribed: false, isDead: false, events };
    this.sockets.push(socket);
    this.surroundings.schedule(LATENCY, () => {
      if (socket.state !== 'opening') return;
      if (this.admits(token)) {
        socket.state = 'open';
        events.opened();
      } else this.cut(socket);
    });
    return {
      send: (text: string) => {
        const frame = JSON.parse(text) as Frame;
        socket.frames.push(frame);
        if (socket.isDead || this.ignores(frame)) return;
        this.surroundings.schedule(LATENCY, () => this.#serve(socket, frame));
      },
      close: () => {
        socket.state = 'closed';
      },
    };
  }

  #serve(socket: HubSocket, frame: Frame): void {
    const { id } = frame;
    const refusal = this.refuses(frame, socket);
    if (refusal !== undefined) {
      this.send(socket, { type: 'error', id, message: 'as the test says', ...refusal });
      return;
    }
    switch (frame['action']) {
      case 'subscribe':
        this.#subscribe(socket, frame);
        return;
      case 'sync':
        if (socket.isSubscribed) this.#page(socket, id, frame['cursor'] as Start);
        else this.send(socket, { type: 'error', id, code: 'NOT_SUBSCRIBED', message: 'subscribe again' });
        return;
      case 'token':
        this.send(socket, { type: 'renewed', id, expires: endOf(frame['token'] as string) });
        return;
      case 'ack':
        this.acknowledged.push(frame['sequence'] as number);
        this.subscription = { epoch: this.epoch, sequence: frame['sequence'] } as Cursor;
        this.send(socket, { type: 'acked', id, cursor: this.subscription });
    }
  }

  #subscribe(socket: HubSocket, { id, subscription, cursor }: Frame): void {
    if (subscription !== undefined && this.isPaused) {
      this.send(socket, { type: 'error', id, code: 'SUBSCRIPTION_PAUSED', message: 'paused' });
      return;
    }
    socket.isSubscribed = true;
    const own = subscription === undefined ? {} : { cursor: this.subscription };
    const { epoch, head } = this;
    this.send(socket, { type: 'subscribed', id, epoch, head, heartbeatSeconds: 240, ...own });
    const start = subscription === undefined ? cursor : this.subscription;
    if (start !== undefined) this.#page(socket, id, start as Start);
  }

  #page(socket: HubSocket, id: unknown, start: Start): void {
    const { epoch, head, oldest } = this;
    const after = start.epoch === undefined ? oldest - 1 : start.sequence;
    const reason = this.#mismatchOf(start, after);
    if (reason !== undefined) {
      this.send(socket, { type: 'reset', id, reason, epoch, oldest, head });
      return;
    }
    const through = Math.min(head, after + PAGE_EVENTS);
    const events = this.#eventsOf(after + 1, through);
    if (events.length > 0) this.send(socket, { type: 'events', from: after + 1, through, replay: true, events });
    const said = { ...(this.saysEpoch && { epoch }), ...(this.saysCount && { events: events.length }) };
    this.send(socket, { type: 'synced', id, through, head, ...said });
  }

  #mismatchOf({ epoch, sequence }: Start, after: number): string | undefined {
    const isNew = epoch === '' && sequence === 0;
    if (epoch !== undefined && epoch !== this.epoch && !isNew) return 'epoch';
    if (after > this.head) return 'ahead';
    return after < this.oldest - 1 ? 'retention' : undefined;
  }

  #eventsOf(from: number, through: number) {
    const sequences = Array.from({ length: through - from + 1 }, (_, index) => from + index);
    return sequences.filter((sequence) => !this.foreign.has(sequence)).map(recordedEvent);
  }
}

/** A token that ends at an epoch second. */
export const tokenUntil = (expires: number, name = 'token'): string =>
  `${name}.${btoa(JSON.stringify({ exp: expires }))}.s`;

const endOf = (token: string): number => JSON.parse(atob(token.split('.')[1] ?? '')).exp;
