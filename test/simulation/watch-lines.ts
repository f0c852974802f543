import { isInShard } from '../../lambdas/adapters/connection-shard.ts';
import type { Recipient } from '../../lambdas/core/identity.ts';
import type { Connection, Shard, Wish } from '../../lambdas/core/ports/connection-registry.ts';
import { History } from './history.ts';
import type { Invocation } from './invocation.ts';
import { type Fact, isForBrowsers, letsThrough, maySee } from './model.ts';
import type { World } from './world.ts';

/** A connection that the hub knows, and what it owes it. */
export interface Line {
  readonly id: string;
  readonly tenant: string;
  readonly recipients: History<Recipient>;
  readonly wishes: History<Wish | undefined>;
  listensOnly: boolean;
  /** The step of the last promise: what the connection wants and is was known then. */
  promisedAt: number;
  /** Counts the times that the hub has promised to deliver from now on. */
  generation: number;
  readonly promises: WeakMap<Invocation, number>;
  /** After this sequence everything is delivered live: the head that the last promise came with. */
  told: number | undefined;
  /** Up to here the promise was kept. */
  kept: number;
  /** What was posted, or tried to. */
  readonly attempted: Set<number>;
  /** When it was marked as behind, and since when it is by the clock of who marked it. */
  behind: { readonly step: number; readonly at: number } | undefined;
  isForgotten: boolean;
  /** Whether its row was deleted once; a late request may have written it anew, which only the store's TTL ends. */
  wasDeleted: boolean;
}

/** Skew of clocks, at most; what two clocks may disagree about is nobody's fault. */
export const SKEW_MILLISECONDS = 2000;
const YOUNG_MILLISECONDS = 10_000;

/** Watches what the hub promises its connections. */
export class Lines {
  readonly #world: World;
  readonly #lines = new Map<string, Line>();
  readonly #positions = new Map<string, Map<number | undefined, number>>();

  constructor(world: World) {
    this.#world = world;
  }

  get(id: string): Line | undefined {
    return this.#lines.get(id);
  }

  admitted(id: string, recipient: Recipient): void {
    this.#line(id, recipient);
  }

  /** The hub has written what a connection wants. */
  subscribed(by: Invocation, { id, recipient, listensOnly }: Connection, wish: Wish): void {
    const line = this.#line(id, recipient);
    line.wishes.set(this.#world.scheduler.steps, wish);
    line.listensOnly = listensOnly;
    line.isForgotten = false;
    this.#promise(by, line);
    if (listensOnly) this.told(by, id, this.#world.truth.of(line.tenant).length);
  }

  renewed(id: string, recipient: Recipient): void {
    this.#line(id, recipient).recipients.set(this.#world.scheduler.steps, recipient);
  }

  syncBegun(by: Invocation, id: string): void {
    const line = this.#lines.get(id);
    if (line !== undefined) this.#promise(by, line);
  }

  markedBehind(id: string, since: Date): void {
    const line = this.#lines.get(id);
    if (line !== undefined) line.behind = { step: this.#world.scheduler.steps, at: since.getTime() };
  }

  /** Nothing is promised to it until it is told a head again. */
  unpromised(id: string): void {
    const line = this.#lines.get(id);
    if (line !== undefined) line.told = undefined;
  }

  removed(by: Invocation, id: string): void {
    const line = this.#lines.get(id);
    if (line === undefined) return;
    line.isForgotten = true;
    line.wasDeleted = true;
    const socket = this.#world.gateway.sockets.get(id);
    if (socket === undefined || !by.name.startsWith('fan-out')) return;
    const age = this.#world.scheduler.now - socket.connectedAt;
    if (socket.state === 'open' || age < YOUNG_MILLISECONDS - SKEW_MILLISECONDS) {
      this.#world.violate('a living socket keeps its row', `${by.name} has removed ${id}, ${age} ms old`);
    }
  }

  /** The hub says: everything after this head comes live. */
  told(by: Invocation, id: string, head: number): void {
    const line = this.#lines.get(id);
    if (line === undefined || line.promises.get(by) !== line.generation) return;
    line.told = Math.max(line.told ?? 0, head);
    line.kept = Math.max(line.kept, line.told);
    // What the fan-out has passed by already will not come any more.
    this.#check(line, this.#passed(line));
  }

  /** Whether an event is for a connection, by everything that held since a step: `all`, `some` or `none` of it. */
  isFor(line: Line, fact: Fact, since: number): 'all' | 'some' | 'none' {
    const { subscriptionFilters } = this.#world.watch;
    const answers = new Set<boolean>();
    const recipients = line.recipients.during(since);
    for (const wish of line.wishes.during(since)) {
      const isService = wish !== undefined && 'subscription' in wish;
      const filters =
        wish === undefined
          ? [undefined]
          : 'filter' in wish
            ? [wish.filter]
            : subscriptionFilters(line.tenant, wish.subscription, since);
      for (const filter of filters) {
        for (const recipient of recipients) {
          const isWanted = filter !== undefined && letsThrough(filter, fact) && (isService || isForBrowsers(fact));
          answers.add(isWanted && (!isService || recipient.mayRead) && maySee(recipient, fact));
        }
      }
    }
    return answers.has(true) ? (answers.has(false) ? 'some' : 'all') : 'none';
  }

  /** The fan-out says that it has delivered up to here: then nothing that was promised may be missing. */
  delivered(tenant: string, position: number, shard?: Shard): void {
    const positions = this.#positions.get(tenant) ?? new Map<number | undefined, number>();
    this.#positions.set(tenant, positions);
    positions.set(shard?.index, Math.max(positions.get(shard?.index) ?? 0, position));
    for (const line of this.#lines.values()) {
      if (line.tenant === tenant && (shard === undefined || isInShard(line.id, shard))) this.#check(line, position);
    }
  }

  /** What the fan-out has passed by already for a connection, of its shard or of its tenant as a whole. */
  #passed({ tenant, id }: Line): number {
    const { shards } = this.#world.profile.scale;
    const positions = [...(this.#positions.get(tenant) ?? [])];
    const own = positions.filter(([index]) => index === undefined || isInShard(id, { index, of: shards }));
    return Math.max(0, ...own.map(([, position]) => position));
  }

  #check(line: Line, position: number): void {
    if (line.told === undefined || line.behind !== undefined || line.isForgotten) return;
    if (this.#world.gateway.sockets.get(line.id)?.state !== 'open') return;
    for (const fact of this.#world.truth.of(line.tenant).slice(line.kept, position)) {
      if (line.attempted.has(fact.sequence) || this.#mayHaveExpired(line, fact)) continue;
      if (this.isFor(line, fact, Math.max(fact.step, line.promisedAt)) !== 'all') continue;
      const what = `${fact.sequence} was never posted to ${line.id}, which was told the head ${line.told}`;
      this.#world.violate('nothing falls between replay and live', `${what}; the fan-out stands at ${position}`);
    }
    line.kept = Math.max(line.kept, position);
  }

  #mayHaveExpired(line: Line, fact: Fact): boolean {
    const latest = this.#world.scheduler.now + SKEW_MILLISECONDS;
    return (
      fact.expiresAt * 1000 <= latest ||
      line.recipients.during(fact.step).some(({ expiresAt }) => expiresAt * 1000 <= latest)
    );
  }

  #promise(by: Invocation, line: Line): void {
    line.generation += 1;
    line.promisedAt = this.#world.scheduler.steps;
    line.promises.set(by, line.generation);
    line.told = undefined;
    line.kept = 0;
    line.behind = undefined;
  }

  #line(id: string, recipient: Recipient): Line {
    const known = this.#lines.get(id);
    if (known !== undefined) return known;
    const line: Line = {
      id,
      tenant: recipient.tenant,
      recipients: new History(),
      wishes: new History(),
      listensOnly: false,
      promisedAt: 0,
      generation: 0,
      promises: new WeakMap(),
      told: undefined,
      kept: 0,
      attempted: new Set(),
      behind: undefined,
      isForgotten: false,
      wasDeleted: false,
    };
    line.recipients.set(this.#world.scheduler.steps, recipient);
    line.wishes.set(this.#world.scheduler.steps, undefined);
    this.#lines.set(id, line);
    return line;
  }
}
