import { sourceOf, TYPES } from './catalogue.ts';
import type { World } from './world.ts';

/** An event that a producer has put, with the hub's promise to keep it. */
export interface Put {
  readonly tenant: string;
  readonly id: string;
  readonly body: string;
  /** Whether it can be stored. */
  readonly isGood: boolean;
}

export const SUBJECTS = ['transaction/1', 'account/2'] as const;
export const ORGANIZATIONS = ['org-1', 'org-2', 'org#3;x'] as const;
export const ROLES = ['clerk', 'auditor'] as const;
export const USERS = ['alice', 'bob', 'carol'] as const;

const LARGE_CHARACTERS = 40_000;

/** Puts events on the intake queue, as the buses' rules do. */
export class Producers {
  readonly puts: Put[] = [];
  readonly tenants: readonly string[];
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
    this.tenants = ['acme', 'umbrella#1'].slice(0, world.profile.tenants);
  }

  /** Some events at once. */
  publish(tenant = this.#world.pick(this.tenants) ?? 'acme'): void {
    const { profile, random } = this.#world;
    for (let left = 1 + random.below(profile.burst); left > 0; left -= 1) this.#put(tenant, this.#event(tenant), true);
  }

  /** An event that everybody of the tenant may see. */
  publishToAll(tenant: string): string {
    const { organizationids: _o, userids: _u, roleids: _r, ...event } = this.#event(tenant);
    this.#put(tenant, event, true);
    return event.id;
  }

  /** The same event once more, as a producer does who has had no answer. */
  publishAgain(): void {
    const put = this.#world.pick(this.puts);
    if (put !== undefined) this.#world.queues.intake.send(put.body);
  }

  /** What can never be stored. */
  publishBad(): void {
    const tenant = this.#world.pick(this.tenants) ?? 'acme';
    const event = this.#event(tenant);
    const bad = this.#world.pick([
      { ...event, data: 'bad' },
      { ...event, type: 'bank.unknown:created@v1' },
      { ...event, tenantid: 'with space' },
      { ...event, source: 'com.example.else' },
      { ...event, sequence: '00000000000000000001' },
    ]);
    if (bad !== undefined) this.#put(tenant, bad, false);
  }

  #event(tenant: string) {
    this.#count += 1;
    const { random } = this.#world;
    const { type, module } = this.#world.pick(TYPES) ?? TYPES[0] ?? { type: '', module: '' };
    const some = (list: readonly string[]): string =>
      random
        .shuffle(list)
        .slice(0, 1 + random.below(2))
        .join();
    const isLarge = this.#world.chance(this.#world.profile.large);
    return {
      specversion: '1.0',
      id: `e${this.#count}`,
      source: sourceOf(module),
      type,
      tenantid: tenant,
      time: new Date(this.#world.scheduler.now - random.below(3000)).toISOString(),
      ...(this.#world.chance(0.5) && { subject: this.#world.pick(SUBJECTS) }),
      ...(this.#world.chance(0.2) && { organizationids: some(ORGANIZATIONS) }),
      ...(this.#world.chance(0.1) && { userids: some(USERS) }),
      ...(this.#world.chance(0.1) && { roleids: some(ROLES) }),
      data: isLarge ? 'x'.repeat(LARGE_CHARACTERS) : 'good',
    };
  }

  #put(
    tenant: string,
    event: { readonly id: string; readonly type: string; readonly source: string },
    isGood: boolean,
  ): void {
    const module = event.source.split('.').at(-1);
    const detail = { source: event.source, 'detail-type': event.type, time: '2026-03-01T12:00:00Z', detail: event };
    const body = JSON.stringify({ module, event: detail });
    this.puts.push({ tenant, id: event.id, body, isGood });
    this.#world.queues.intake.send(body);
  }
}
