import type { PostOutcome } from '../../lambdas/core/ports/outbound.ts';
import type { Invocation } from './invocation.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** What a client sees of its socket. */
export interface SocketEvents {
  onOpen(): void;
  onText(text: string): void;
  onClose(code: number): void;
}

/** Limits of API Gateway. Source: "Quotas for WebSocket APIs". */
const IDLE_MILLISECONDS = 600_000;
const LONGEST_MILLISECONDS = 7_200_000;
/** Until a half-open connection is noticed, at most. */
const HALF_OPEN_MILLISECONDS = 400_000;
const LATE_MILLISECONDS = 20_000;
const POST_TIMEOUT_MILLISECONDS = 3000;

const ABNORMAL = 1006;
const GOING_AWAY = 1001;

/** A socket, with both its ends. */
export class Socket implements Owner {
  readonly name: string;
  readonly id: string;
  readonly token: string;
  readonly types: string | undefined;
  readonly connectedAt: number;
  /** Owns what the client's end still has to see. */
  dead = false;
  state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Whether the client's end is gone, though API Gateway may not know. */
  isCut = false;
  lastMessage: number;
  readonly events: SocketEvents;
  readonly toClient: string[] = [];
  isDelivering = false;

  constructor(id: string, token: string, types: string | undefined, now: number, events: SocketEvents) {
    this.id = id;
    this.name = id;
    this.token = token;
    this.types = types;
    this.connectedAt = now;
    this.lastMessage = now;
    this.events = events;
  }
}

/** API Gateway's WebSocket API: sockets on one side, functions on the other. */
export class Gateway {
  readonly sockets = new Map<string, Socket>();
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  open(token: string, types: string | undefined, events: SocketEvents): Socket {
    const { scheduler } = this.#world;
    this.#count += 1;
    const socket = new Socket(`socket-${this.#count}`, token, types, scheduler.now, events);
    this.sockets.set(socket.id, socket);
    scheduler.after(this.#world.network(), socket, 'handshake', () =>
      this.#world.hub.connect(socket, (isLetIn) => {
        if (socket.state !== 'connecting') return;
        if (!isLetIn) return this.#end(socket, ABNORMAL);
        socket.state = 'open';
        scheduler.after(this.#world.network(), socket, 'open', () => {
          if (!socket.isCut) socket.events.onOpen();
        });
        this.#watchIdle(socket);
        scheduler.after(LONGEST_MILLISECONDS, socket, 'two hours are over', () => this.#end(socket, GOING_AWAY));
      }),
    );
    return socket;
  }

  /** A message of the client. Each runs a function of its own, so messages may overtake each other. */
  send(socket: Socket, text: string): void {
    if (socket.isCut || socket.state === 'closed') return;
    const { scheduler, faults } = this.#world;
    if (this.#world.chance(faults.cut)) {
      this.cut(socket);
      return;
    }
    scheduler.after(this.#world.network(), socket, `client sends ${text.slice(0, 90)}`, () => {
      if (socket.state !== 'open') return;
      socket.lastMessage = scheduler.now;
      this.#world.hub.receive(socket, text);
    });
  }

  /** The client's own end of the connection. */
  close(socket: Socket): void {
    socket.isCut = true;
    this.#world.scheduler.after(this.#world.network(), socket, 'client closes', () => this.#end(socket, 1000));
  }

  /** The connection breaks; each side learns of it in its own time. */
  cut(socket: Socket): void {
    if (socket.isCut) return;
    socket.isCut = true;
    const { scheduler, faults } = this.#world;
    const wait = () => (this.#world.chance(faults.halfOpen) ? scheduler.random.next() * HALF_OPEN_MILLISECONDS : 0);
    scheduler.after(wait(), socket, 'client notices the cut', () => socket.events.onClose(ABNORMAL));
    scheduler.after(wait(), socket, 'gateway notices the cut', () => this.#end(socket, ABNORMAL));
  }

  /** What `@connections` answers. */
  async post(by: Invocation, id: string, text: string): Promise<PostOutcome> {
    const { scheduler, faults } = this.#world;
    const socket = this.sockets.get(id);
    if (socket === undefined || socket.state !== 'open') return 'gone';
    if (this.#world.chance(faults.failPost)) return 'failed';
    if (this.#world.chance(faults.throttlePost)) return 'throttled';
    if (by.name.startsWith('fan-out') && this.#world.chance(faults.failLive)) return 'failed';
    if (this.#world.chance(faults.latePost)) {
      scheduler.after(scheduler.random.next() * LATE_MILLISECONDS, socket, `late frame ${text.slice(0, 90)}`, () =>
        this.#arrive(socket, text),
      );
      await scheduler.step(by, 'post times out', POST_TIMEOUT_MILLISECONDS);
      return 'failed';
    }
    socket.lastMessage = scheduler.now;
    if (this.#world.chance(faults.vanishPost)) return 'delivered';
    if (this.#world.chance(faults.cut)) this.cut(socket);
    socket.toClient.push(text);
    this.#deliver(socket);
    return 'delivered';
  }

  /** What has been posted arrives in its order: one TCP connection carries it. */
  #deliver(socket: Socket): void {
    const [text] = socket.toClient;
    if (socket.isDelivering || text === undefined) return;
    socket.isDelivering = true;
    this.#world.scheduler.after(this.#world.network(), socket, `frame ${text.slice(0, 90)}`, () => {
      socket.isDelivering = false;
      socket.toClient.shift();
      this.#arrive(socket, text);
      this.#deliver(socket);
    });
  }

  #arrive(socket: Socket, text: string): void {
    if (!socket.isCut && socket.state === 'open') socket.events.onText(text);
  }

  #watchIdle(socket: Socket): void {
    const { scheduler } = this.#world;
    const left = socket.lastMessage + IDLE_MILLISECONDS - scheduler.now;
    if (left <= 0) this.#end(socket, GOING_AWAY);
    else scheduler.after(left, socket, 'idle?', () => this.#watchIdle(socket));
  }

  #end(socket: Socket, code: number): void {
    if (socket.state === 'closed') return;
    const wasOpen = socket.state === 'open';
    socket.state = 'closed';
    this.sockets.delete(socket.id);
    const { scheduler, faults } = this.#world;
    if (!socket.isCut) {
      socket.isCut = true;
      scheduler.after(this.#world.network(), socket, `closed with ${code}`, () => socket.events.onClose(code));
    }
    if (!wasOpen || this.#world.chance(faults.loseDisconnect)) return;
    scheduler.after(this.#world.network(), socket, '$disconnect', () => this.#world.hub.disconnect(socket));
  }
}
