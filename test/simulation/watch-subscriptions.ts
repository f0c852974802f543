import type { Cursor, Subscription } from '@tidings/contracts';
import { History } from './history.ts';
import { type Claims, type Fact, letsThrough, maySee, type Wanted } from './model.ts';
import type { World } from './world.ts';

/** A durable subscription, from its creation to its end. */
export interface Floor {
  readonly tenant: string;
  readonly name: string;
  /** The filter over time; `undefined` while paused, and after the end. */
  readonly filters: History<Wanted | undefined>;
  readonly start: number;
  /** Up to here all was acknowledged. */
  at: number;
  filter: Wanted;
  isActive: boolean;
  isGone: boolean;
  /** What some consumer has been given. */
  readonly delivered: Set<number>;
  /** Whose consumers they are: all have the same claims. */
  claims: Claims | undefined;
  /**
   * Whether another of the same name was deleted before: acknowledgements and cursors of that one's consumers count for
   * this one too, which is a known limit of names, so that it is owed nothing.
   */
  readonly isSecond: boolean;
  /** Stretches that a consumer was told are gone. */
  readonly cuts: { readonly after: number; readonly before: number }[];
}

/** Watches durable subscriptions. */
export class Floors {
  readonly #world: World;
  readonly #floors = new Map<string, Floor>();

  constructor(world: World) {
    this.#world = world;
  }

  get all(): readonly Floor[] {
    return [...this.#floors.values()].filter(({ isGone }) => !isGone);
  }

  of(tenant: string, name: string): Floor | undefined {
    return this.#floors.get(`${tenant} ${name}`);
  }

  filters(tenant: string, name: string, since: number): readonly (Wanted | undefined)[] {
    return this.of(tenant, name)?.filters.during(since) ?? [undefined];
  }

  created(tenant: string, { name, filter, cursor }: Subscription): void {
    const known = this.of(tenant, name);
    const filters = known?.filters ?? new History<Wanted | undefined>();
    filters.set(this.#world.scheduler.steps, filter);
    this.#floors.set(`${tenant} ${name}`, {
      tenant,
      name,
      filters,
      filter,
      start: cursor.sequence,
      at: cursor.sequence,
      isActive: true,
      isGone: false,
      delivered: new Set(),
      isSecond: known !== undefined,
      claims: undefined,
      cuts: [],
    });
  }

  changed(tenant: string, { name, filter, status }: Subscription): void {
    const floor = this.of(tenant, name);
    if (floor === undefined) return;
    floor.filter = filter;
    floor.isActive = status === 'active';
    floor.filters.set(this.#world.scheduler.steps, floor.isActive ? filter : undefined);
  }

  removed(tenant: string, name: string): void {
    const floor = this.of(tenant, name);
    if (floor === undefined) return;
    floor.isGone = true;
    floor.filters.set(this.#world.scheduler.steps, undefined);
  }

  acknowledged(tenant: string, name: string, { sequence }: Cursor): void {
    const floor = this.of(tenant, name);
    if (floor === undefined) return;
    if (sequence < floor.at) {
      this.#world.violate('an acknowledgement moves forward', `${name} went from ${floor.at} back to ${sequence}`);
    }
    for (const fact of this.#world.truth.of(tenant).slice(floor.at, sequence)) {
      if (this.isOwed(floor, fact)) {
        this.#world.violate('an acknowledgement passes nothing undelivered', `${name} passed ${fact.sequence}`);
      }
    }
    floor.at = Math.max(floor.at, sequence);
  }

  /** Whether an event should have come to a consumer of the subscription, and has not. */
  isOwed(floor: Floor, fact: Fact): boolean {
    if (floor.claims === undefined || floor.isSecond || floor.delivered.has(fact.sequence)) return false;
    const filters = floor.filters.during(fact.step).filter((filter) => filter !== undefined);
    if (filters.length === 0 || !filters.every((filter) => letsThrough(filter, fact))) return false;
    const isCut = floor.cuts.some(({ after, before }) => fact.sequence > after && fact.sequence < before);
    return !isCut && maySee(floor.claims, fact);
  }
}
