import type { ProducedEvent } from '@tidings/contracts';
import type { Commit, CommitOutcome } from '../../lambdas/core/ports/event-log.ts';
import type { Fact } from './model.ts';
import { SKEW_MILLISECONDS } from './watch-lines.ts';
import type { World } from './world.ts';

/** Every tenant's history as it came to be, commit by commit. Nothing is ever forgotten here. */
export class Truth {
  readonly #world: World;
  readonly #facts = new Map<string, Fact[]>();
  readonly #byId = new Map<string, Fact[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A tenant's events; the one with sequence n at n - 1. */
  of(tenant: string): readonly Fact[] {
    return this.#facts.get(tenant) ?? [];
  }

  /** How often an event was recorded; more than once only after it had expired. */
  copiesOf(tenant: string, id: string): readonly Fact[] {
    return this.#byId.get(`${tenant} ${id}`) ?? [];
  }

  get tenants(): readonly string[] {
    return [...this.#facts.keys()];
  }

  committed({ tenant, expected, events, recordedAt, expiresAt }: Commit, outcome: CommitOutcome): void {
    if (outcome.kind !== 'committed') return;
    const facts = this.#facts.get(tenant) ?? [];
    this.#facts.set(tenant, facts);
    if (expected.sequence !== facts.length || outcome.head.sequence !== facts.length + events.length) {
      this.#world.violate(
        'gapless',
        `a commit of ${events.length} after ${expected.sequence} made the head ${outcome.head.sequence}; ${facts.length} were there`,
      );
    }
    // Who deletes what has expired may have a clock that is ahead of the committer's.
    const now = (recordedAt.getTime() + SKEW_MILLISECONDS) / 1000;
    for (const { json } of events) {
      const event = JSON.parse(json) as ProducedEvent;
      const key = `${tenant} ${event.id}`;
      const copies = this.#byId.get(key) ?? [];
      if (copies.some((copy) => copy.expiresAt > now)) {
        this.#world.violate('stored once', `${event.id} was recorded again as ${facts.length + 1}`);
      }
      const fact: Fact = {
        tenant,
        id: event.id,
        type: event.type,
        subject: event.subject,
        organizations: event.organizationids,
        users: event.userids,
        roles: event.roleids,
        sequence: facts.length + 1,
        step: this.#world.scheduler.steps,
        at: this.#world.scheduler.now,
        expiresAt,
      };
      facts.push(fact);
      this.#byId.set(key, [...copies, fact]);
    }
    this.#world.scheduler.trace.detail(tenant, () => `head is ${facts.length}`);
  }
}
