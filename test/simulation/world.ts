import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import type { Recipient } from '../../lambdas/core/identity.ts';
import type { Random } from '../property/random.ts';
import { Consumers } from './consumers.ts';
import { Gateway } from './gateway.ts';
import { Hub } from './hub.ts';
import { HubQueues } from './hub-queues.ts';
import { type Invocation, Unkind } from './invocation.ts';
import { Producers } from './producers.ts';
import { calm, type Faults, type Profile } from './profile.ts';
import { type Owner, Scheduler } from './scheduler.ts';
import { Services } from './services.ts';
import { Tokens } from './tokens.ts';
import type { Trace } from './trace.ts';
import { Truth } from './truth.ts';
import { Watch } from './watch.ts';

/** A promise of the hub that was not kept. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
  readonly step: number;
}

/** One simulated world: everything in it, and the chance that moves it. */
export class World implements Owner {
  readonly name = 'world';
  dead = false;
  readonly profile: Profile;
  faults: Faults;
  readonly scheduler: Scheduler;
  readonly log: ReturnType<typeof createMemoryEventLog>;
  readonly registry = createMemoryConnectionRegistry();
  readonly subscriptions = createMemorySubscriptions();
  readonly tokens = new Tokens();
  readonly truth: Truth;
  readonly watch: Watch;
  readonly hub: Hub;
  readonly gateway: Gateway;
  readonly queues: HubQueues;
  readonly producers: Producers;
  readonly consumers: Consumers;
  readonly services: Services;
  readonly #admitted = new Map<string, Recipient>();
  /** Whose clock the stores are read by. */
  reader: Invocation | undefined;
  violation: Violation | undefined;
  #ids = 0;

  constructor(profile: Profile, random: Random, trace: Trace, start: number) {
    this.profile = profile;
    this.faults = profile.faults;
    this.scheduler = new Scheduler(random, trace, start);
    this.log = createMemoryEventLog({ now: () => new Date(this.reader?.clock() ?? this.scheduler.now) });
    this.truth = new Truth(this);
    this.watch = new Watch(this);
    this.hub = new Hub(this);
    this.gateway = new Gateway(this);
    this.queues = new HubQueues(this);
    this.producers = new Producers(this);
    this.consumers = new Consumers(this);
    this.services = new Services(this);
  }

  readonly admitted = {
    get: (id: string) => this.#admitted.get(id),
    set: (id: string, recipient: Recipient) => {
      this.#admitted.set(id, recipient);
      this.watch.lines.admitted(id, recipient);
    },
  };

  get random(): Random {
    return this.scheduler.random;
  }

  /** Whether something with this likelihood happens now. What never happens takes no chance. */
  chance(likelihood: number): boolean {
    return likelihood > 0 && this.random.next() < likelihood;
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items.length === 0 ? undefined : items[this.random.below(items.length)];
  }

  skew(): number {
    const { skew } = this.faults;
    return skew === 0 ? 0 : this.random.below(2 * skew) - skew;
  }

  /** Milliseconds that a port takes: mostly none, so that order is up to the scheduler alone. */
  stall(): number {
    if (!this.chance(this.faults.stall)) return 0;
    return this.random.next() ** 3 * 6000;
  }

  /** Milliseconds that something is on its way through the network. */
  network(): number {
    const usual = 1 + this.random.next() * 10;
    return this.chance(this.faults.slowNetwork) ? usual + this.random.next() ** 3 * 5000 : usual;
  }

  uniqueId(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  violate(rule: string, what: string): void {
    this.violation ??= { rule, what, step: this.scheduler.steps };
    this.scheduler.trace.detail('VIOLATION', () => `${rule}: ${what}`);
  }

  /** What no unkindness of the world explains is a defect. */
  assertExpected(cause: unknown): void {
    if (cause instanceof Unkind) return;
    if (
      cause instanceof Error &&
      (cause.name === 'TidingsError' || cause.message.startsWith('The log stayed contended'))
    ) {
      return;
    }
    this.violate(
      'nothing throws unexpectedly',
      cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    );
  }

  get isCalm(): boolean {
    return this.faults !== this.profile.faults;
  }

  calmDown(): void {
    this.faults = calm(this.profile.faults);
  }

  /** The store deletes some of what has expired, by its own clock and whenever it likes. */
  reap(): void {
    this.log.deleteExpired(new Date(this.scheduler.now), () => this.random.next() < 0.7);
  }

  /** Lets time pass. */
  async pass(milliseconds: number): Promise<void> {
    let isOver = false;
    this.scheduler.after(milliseconds, this, 'time has passed', () => {
      isOver = true;
    });
    await this.scheduler.run(() => isOver || this.violation !== undefined);
  }
}
