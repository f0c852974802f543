import { Consumer, type ConsumerOptions } from './consumer.ts';
import { Listener } from './listener.ts';
import type { Claims } from './model.ts';
import { anyFilter, User } from './users.ts';
import type { World } from './world.ts';

export const SUBSCRIPTIONS = ['billing', 'audit/é#1'] as const;
const MOST_AWAY_MILLISECONDS = 120_000;

/** All who receive. */
export class Consumers {
  readonly all: Consumer[] = [];
  readonly listeners: Listener[] = [];
  readonly #world: World;
  /** The services of a tenant share their claims, as two instances of one do. */
  readonly #services = new Map<string, User>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes the consumers that the profile asks for. */
  populate(): void {
    const { profile, random } = this.#world;
    for (let number = 1; number <= profile.consumers; number += 1) {
      const tenant = this.#world.pick(this.#world.producers.tenants) ?? 'acme';
      if (random.next() < 0.15) this.#listen(`listener-${number}`, tenant);
      else this.#consume(`client-${number}`, tenant);
    }
    for (const consumer of this.all) this.#startLater(consumer);
  }

  service(tenant: string): User {
    const known = this.#services.get(tenant) ?? new User(this.#world, tenant, true);
    this.#services.set(tenant, known);
    return known;
  }

  get subscriptionsInUse(): readonly { readonly tenant: string; readonly name: string }[] {
    return this.all.flatMap(({ options: { user, wish } }) =>
      'subscription' in wish ? [{ tenant: user.tenant, name: wish.subscription }] : [],
    );
  }

  claimsOfService(tenant: string): Claims | undefined {
    return this.service(tenant).issued.at(-1)?.claims;
  }

  crash(): void {
    const consumer = this.#world.pick(this.all.filter(({ isAlive }) => isAlive));
    if (consumer === undefined) return;
    consumer.crash();
    this.#startLater(consumer);
  }

  partition(): void {
    this.#world.pick(this.all)?.partition(this.#world.random.next() ** 3 * MOST_AWAY_MILLISECONDS * 4);
  }

  cutSocket(): void {
    this.#world.pick(this.all)?.cutSocket();
  }

  changeClaims(): void {
    this.#world.pick(this.all.filter(({ options }) => 'filter' in options.wish))?.options.user.changeClaims();
  }

  /** Everybody runs and has a network. */
  recover(): void {
    for (const consumer of this.all) {
      consumer.isPartitioned = false;
      if (consumer.isAlive && consumer.state === 'closed') consumer.crash();
      if (!consumer.isAlive) consumer.start();
    }
  }

  #consume(name: string, tenant: string): void {
    const { random } = this.#world;
    const isService = random.next() < 0.35;
    const wish: ConsumerOptions['wish'] = isService
      ? { subscription: this.#world.pick(SUBSCRIPTIONS) ?? SUBSCRIPTIONS[0] }
      : { filter: anyFilter(this.#world), start: random.next() < 0.5 ? 'oldest' : 'head' };
    const user = isService ? this.service(tenant) : new User(this.#world, tenant, false);
    const slowness = this.#world.pick([0, 0, 0.1]) ?? 0;
    this.all.push(new Consumer(this.#world, { name, user, strict: random.next() < 0.5, slowness, wish }));
  }

  #listen(name: string, tenant: string): void {
    const user = new User(this.#world, tenant, false);
    const listener = new Listener(
      this.#world,
      name,
      user,
      this.#world.pick(['*', 'bank.*', 'bank.*,community.*']) ?? '*',
    );
    this.listeners.push(listener);
    this.#world.scheduler.after(this.#world.random.next() * 500, listener, 'listens', () => listener.start());
  }

  #startLater(consumer: Consumer): void {
    const away = this.#world.random.next() ** 4 * MOST_AWAY_MILLISECONDS;
    this.#world.scheduler.after(away, this.#world, `${consumer.options.name} starts`, () => {
      if (!consumer.isAlive) consumer.start();
    });
  }
}
