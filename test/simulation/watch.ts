import type { TenantId } from '@tidings/contracts';
import type { ConnectionRegistry } from '../../lambdas/core/ports/connection-registry.ts';
import type { CommitOutcome, EventLog } from '../../lambdas/core/ports/event-log.ts';
import type { PostOutcome } from '../../lambdas/core/ports/outbound.ts';
import type { Subscriptions } from '../../lambdas/core/ports/subscriptions.ts';
import type { Invocation } from './invocation.ts';
import { Lines } from './watch-lines.ts';
import { Posts } from './watch-posts.ts';
import { Floors } from './watch-subscriptions.ts';
import type { World } from './world.ts';

/** Stands between the hub and its stores, and holds everything that happens there against the model. */
export class Watch {
  readonly lines: Lines;
  readonly floors: Floors;
  readonly #posts: Posts;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.lines = new Lines(world);
    this.floors = new Floors(world);
    this.#posts = new Posts(world, this.lines);
  }

  readonly subscriptionFilters = (tenant: string, name: string, since: number) =>
    this.floors.filters(tenant, name, since);

  log(_by: Invocation): EventLog {
    const { log, truth, faults } = this.#world;
    return {
      ...log,
      commit: async (commit): Promise<CommitOutcome> => {
        if (this.#world.chance(faults.contend)) return { kind: 'contended' };
        const outcome = await log.commit(commit);
        truth.committed(commit, outcome);
        return outcome;
      },
      moveFanOutPosition: async (tenant, position, index) => {
        await log.moveFanOutPosition(tenant, position, index);
        // What is handed on to the shards is not delivered yet: each says so by itself.
        if (position.split !== undefined) return;
        const shard = index === undefined ? undefined : { index, of: this.#world.profile.scale.shards };
        this.lines.delivered(tenant, position.sequence, shard);
      },
    };
  }

  registry(by: Invocation): ConnectionRegistry {
    const { registry } = this.#world;
    return {
      ...registry,
      subscribe: async (origin, wish, listensOnly) => {
        const connection = await registry.subscribe(origin, wish, listensOnly);
        this.lines.subscribed(by, connection, wish);
        return connection;
      },
      renew: async (origin) => {
        await registry.renew(origin);
        this.lines.renewed(origin.id, origin.recipient);
      },
      beginSync: async (tenant, id, now) => {
        const begun = await registry.beginSync(tenant, id, now);
        if (begun.kind === 'begun') this.lines.syncBegun(by, id);
        return begun;
      },
      markBehind: async (listed, since) => {
        const { id, recipient } = listed;
        await registry.markBehind(listed, since);
        // A mark that came too late, after another subscribe or sync, is none.
        const isMarked = (await registry.find(recipient.tenant, id))?.behindSince?.getTime() === since.getTime();
        if (isMarked) this.lines.markedBehind(id, since);
        this.#posts.settled(by, id);
      },
      remove: async (tenant, id) => {
        await registry.remove(tenant, id);
        this.lines.removed(by, id);
        this.#posts.settled(by, id);
      },
    };
  }

  /** A socket has missed something, and the mark that says so could not be made: it learns of it by its next sync. */
  markFailed(by: Invocation, id: string): void {
    this.lines.unpromised(id);
    this.#posts.settled(by, id);
  }

  subscriptions(): Subscriptions {
    const { subscriptions } = this.#world;
    return {
      ...subscriptions,
      create: async (tenant, subscription) => {
        const isNew = await subscriptions.create(tenant, subscription);
        if (isNew) this.floors.created(tenant, subscription);
        return isNew;
      },
      change: async (tenant, name, change, updated) => {
        const changed = await subscriptions.change(tenant, name, change, updated);
        if (changed !== undefined) this.floors.changed(tenant, changed);
        return changed;
      },
      remove: async (tenant, name) => {
        const wasThere = await subscriptions.remove(tenant, name);
        this.floors.removed(tenant, name);
        return wasThere;
      },
      acknowledge: async (tenant, name, cursor) => {
        const outcome = await subscriptions.acknowledge(tenant, name, cursor);
        if (outcome.kind === 'acknowledged') {
          // What is stored counts, not what is answered.
          const stored = await subscriptions.find(tenant, name);
          if (stored !== undefined) this.floors.acknowledged(tenant, name, stored.cursor);
        }
        return outcome;
      },
    };
  }

  asked(by: Invocation, text: string): void {
    this.#posts.asked(by, text);
  }

  posting(by: Invocation, id: string, text: string): void {
    this.#posts.posting(by, id, text);
  }

  asking(by: Invocation, id: string, text: string): void {
    this.#posts.asking(by, id, text);
  }

  posted(by: Invocation, id: string, outcome: PostOutcome): void {
    this.#posts.posted(by, id, outcome);
  }

  fanOutEnded(by: Invocation, _tenant: TenantId): void {
    this.#posts.fanOutEnded(by);
  }
}
