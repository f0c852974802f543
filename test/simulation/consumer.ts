import { createDelivery, type Delivery, type DeliveryReset, type Surroundings } from '@tidings/client';
import { asSequence, type Cursor, type RecordedEvent } from '@tidings/contracts';
import type { Socket } from './gateway.ts';
import { Journal } from './journal.ts';
import type { Wanted } from './model.ts';
import type { Owner } from './scheduler.ts';
import type { User } from './users.ts';
import type { World } from './world.ts';

export interface ConsumerOptions {
  readonly name: string;
  readonly user: User;
  readonly strict: boolean;
  /** How likely it takes its time over an event. */
  readonly slowness: number;
  readonly wish: { readonly filter: Wanted; readonly start: 'oldest' | 'head' } | { readonly subscription: string };
}

/** One life of a consumer; when it crashes, nothing that it had begun goes on. */
class Life implements Owner {
  readonly name: string;
  dead = false;
  sockets: Socket[] = [];
  constructor(name: string) {
    this.name = name;
  }
}

/** Somebody who uses the production client: over crashes, lost networks and failing stores. */
export class Consumer {
  readonly options: ConsumerOptions;
  readonly journal: Journal;
  readonly #world: World;
  #life: Life;
  #lives = 0;
  #delivery: Delivery | undefined;
  #stored: Cursor | undefined;
  isPartitioned = false;

  constructor(world: World, options: ConsumerOptions) {
    this.#world = world;
    this.options = options;
    const { name, user, strict, wish } = options;
    this.journal = new Journal(world, { name, user, strict, filter: 'filter' in wish ? wish.filter : undefined });
    this.#life = new Life(name);
    this.#life.dead = true;
  }

  get isAlive(): boolean {
    return !this.#life.dead;
  }

  get state(): Delivery['state'] | undefined {
    return this.#delivery?.state;
  }

  get cursor(): Cursor | undefined {
    return this.#delivery?.cursor;
  }

  start(): void {
    const { name, user, strict, wish } = this.options;
    this.#lives += 1;
    const life = new Life(`${name}.${this.#lives}`);
    this.#life = life;
    this.journal.beginLife(this.#stored?.sequence);
    const common = {
      url: 'wss://hub',
      strict,
      token: () => this.#remote(life, 'token', this.#world.faults.failToken, () => user.token()),
      onEvent: (event: RecordedEvent) => this.#given(life, event),
      onReset: (reset: DeliveryReset) => this.#reset(reset),
      onStatus: ({ state, reason }: { readonly state: string; readonly reason: string }) =>
        this.#world.scheduler.trace.detail(life.name, () => `${state}: ${reason}`),
      onError: (error: Error) => this.#world.scheduler.trace.detail(life.name, () => error.message),
      surroundings: this.#surroundings(life),
    };
    this.#delivery =
      'filter' in wish
        ? createDelivery({
            ...common,
            filter: wish.filter,
            ...(wish.start === 'oldest' && { cursor: 'oldest' as const }),
            cursorStore: this.#store(life),
          })
        : createDelivery({ ...common, subscription: wish.subscription });
  }

  crash(): void {
    this.#life.dead = true;
    for (const socket of this.#life.sockets) this.#world.gateway.cut(socket);
    this.#delivery = undefined;
  }

  cutSocket(): void {
    const socket = this.#world.pick(this.#life.sockets.filter(({ isCut }) => !isCut));
    if (socket !== undefined) this.#world.gateway.cut(socket);
  }

  partition(milliseconds: number): void {
    if (this.isPartitioned) return;
    this.isPartitioned = true;
    for (const socket of this.#life.sockets) this.#world.gateway.cut(socket);
    this.#world.scheduler.after(milliseconds, this.#world, `${this.options.name} has a network again`, () => {
      this.isPartitioned = false;
    });
  }

  close(): void {
    void this.#delivery?.close();
  }

  #given(life: Life, event: RecordedEvent): Promise<void> | undefined {
    this.#observe();
    this.#world.scheduler.trace.detail(life.name, () => `gets ${Number(event.sequence)} ${event.type}`);
    this.journal.given(event);
    if (!this.#world.chance(this.options.slowness)) return this.#handled(event);
    const time = this.#world.random.next() ** 2 * 3000;
    return this.#world.scheduler.step(life, 'handler ends', time).then(() => this.#handled(event));
  }

  #handled({ sequence }: RecordedEvent): undefined {
    const { wish, user } = this.options;
    this.journal.handled.add(Number(sequence));
    if ('filter' in wish) return;
    const floor = this.#world.watch.floors.of(user.tenant, wish.subscription);
    if (floor !== undefined) {
      floor.claims ??= this.#world.consumers.claimsOfService(user.tenant);
      floor.delivered.add(Number(sequence));
    }
    this.#delivery?.ack(sequence);
  }

  #reset(reset: DeliveryReset): void {
    this.#observe();
    const { wish, user } = this.options;
    this.#world.scheduler.trace.detail(this.#life.name, () => `reset ${JSON.stringify(reset)}`);
    this.journal.reset(reset);
    if ('filter' in wish) return;
    const floor = this.#world.watch.floors.of(user.tenant, wish.subscription);
    floor?.cuts.push({ after: reset.previous?.sequence ?? floor.at, before: reset.oldest });
    this.#delivery?.ack(reset.oldest - 1);
  }

  /** Takes note of where the client stands. */
  #observe(): void {
    const cursor = this.#delivery?.cursor;
    const { wish } = this.options;
    if (cursor !== undefined) this.journal.beginAt(cursor.sequence, 'filter' in wish && wish.start === 'oldest');
  }

  #store(life: Life) {
    return {
      load: () => this.#remote(life, 'load cursor', this.#world.faults.failStore, () => this.#stored),
      save: (cursor: Cursor) =>
        this.#remote(life, 'save cursor', this.#world.faults.failStore, () => {
          this.#observe();
          this.#stored = { epoch: cursor.epoch, sequence: asSequence(cursor.sequence) };
          this.#world.scheduler.trace.detail(life.name, () => `saved ${cursor.sequence}`);
          this.journal.settled(cursor.sequence);
        }),
    };
  }

  /** Something that the consumer's own code does and that may fail, before or after it was done. */
  async #remote<Value>(life: Life, label: string, failure: number, perform: () => Value): Promise<Value> {
    await this.#world.scheduler.step(life, label, this.#world.stall());
    if (this.#world.chance(failure)) throw new Error(`${label} failed`);
    const value = perform();
    if (this.#world.chance(failure / 2)) throw new Error(`${label}: answer lost`);
    return value;
  }

  #surroundings(life: Life): Surroundings {
    const { scheduler, gateway } = this.#world;
    const skew = this.#world.skew();
    return {
      now: () => scheduler.now + skew,
      random: () => scheduler.random.next(),
      schedule: (milliseconds, call) => {
        const timer = scheduler.after(milliseconds, life, 'timer', call);
        return () => {
          timer.cancelled = true;
        };
      },
      openSocket: (_url, protocols, events) => {
        const token = protocols.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length) ?? '';
        const whileAlive = (tell: () => void): void => {
          if (life.dead || isClosed) return;
          tell();
          this.#observe();
        };
        let isClosed = false;
        const socket = gateway.open(token, undefined, {
          onOpen: () => whileAlive(() => events.opened()),
          onText: (text) => whileAlive(() => events.received(text)),
          onClose: (code) =>
            whileAlive(() => {
              isClosed = true;
              events.closed(code, '');
            }),
        });
        if (this.isPartitioned) gateway.cut(socket);
        life.sockets = [...life.sockets.filter(({ state }) => state !== 'closed'), socket];
        return {
          send: (text) => gateway.send(socket, text),
          close: () => {
            isClosed = true;
            gateway.close(socket);
          },
        };
      },
    };
  }
}
