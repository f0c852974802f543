import type { Socket } from './gateway.ts';
import type { Owner } from './scheduler.ts';
import type { User } from './users.ts';
import type { World } from './world.ts';

const AGAIN_MILLISECONDS = 500;
/** A `$connect` that takes longer than this may lose its row to the fan-out, which takes it for gone. */
const SLOW_CONNECT_MILLISECONDS = 7000;

/** Somebody who connects with `?types=` and never says a word. Completeness is not promised; life is. */
export class Listener implements Owner {
  readonly name: string;
  dead = false;
  readonly user: User;
  readonly types: string;
  readonly heard = new Set<number>();
  socket: Socket | undefined;
  readonly #world: World;
  #openedAt: number | undefined;

  constructor(world: World, name: string, user: User, types: string) {
    this.#world = world;
    this.name = name;
    this.user = user;
    this.types = types;
  }

  /** Whether it should hear what happens now. */
  get isListening(): boolean {
    const socket = this.socket;
    if (socket === undefined || socket.isCut || socket.state !== 'open' || this.#openedAt === undefined) return false;
    const isFresh = (this.user.issued.at(-1)?.claims.expiresAt ?? 0) * 1000 > this.#world.scheduler.now + 60_000;
    return isFresh && this.#openedAt - socket.connectedAt < SLOW_CONNECT_MILLISECONDS;
  }

  start(): void {
    this.#openedAt = undefined;
    this.socket = this.#world.gateway.open(this.user.token(), this.types, {
      onOpen: () => {
        this.#openedAt = this.#world.scheduler.now;
      },
      onText: (text) => {
        const frame = JSON.parse(text) as { readonly events?: readonly { readonly sequence: string }[] };
        for (const { sequence } of frame.events ?? []) this.heard.add(Number(sequence));
      },
      onClose: () =>
        this.#world.scheduler.after(this.#world.random.next() * AGAIN_MILLISECONDS, this, 'listens again', () =>
          this.start(),
        ),
    });
  }

  close(): void {
    this.dead = true;
    if (this.socket !== undefined) this.#world.gateway.close(this.socket);
  }
}
