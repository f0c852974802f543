import { asSequence, asTenantId, compileFilter, LIMITS, type SubscriptionName } from '@tidings/contracts';
import { acknowledge } from '../../lambdas/core/acknowledge.ts';
import { asRecipient } from '../../lambdas/core/authenticate.ts';
import { changeSubscription, createSubscription, deleteSubscription } from '../../lambdas/core/manage-subscriptions.ts';
import { type Page, type Reset, readPage } from '../../lambdas/core/read-page.ts';
import { requireStanding } from '../../lambdas/core/require-subscription.ts';
import type { SocketPorts } from '../../lambdas/core/serve-socket.ts';
import { SUBSCRIPTIONS } from './consumers.ts';
import { READ_SCOPE } from './hub.ts';
import type { Wanted } from './model.ts';
import { anyFilter } from './users.ts';
import { SKEW_MILLISECONDS } from './watch-lines.ts';
import type { World } from './world.ts';

/** What services do over HTTP: manage subscriptions, pull, acknowledge. */
export class Services {
  readonly #world: World;
  /** Acknowledgements that were sent, to be sent again at any time. */
  readonly #sent: {
    readonly tenant: string;
    readonly name: string;
    readonly sequence: number;
    readonly epoch: string;
  }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes most subscriptions that there may be, so that consumers have something to consume. */
  begin(): void {
    for (const tenant of this.#world.producers.tenants) {
      for (const name of SUBSCRIPTIONS as unknown as readonly SubscriptionName[]) {
        if (this.#world.chance(0.7)) this.create(tenant, name);
      }
    }
  }

  manage(): void {
    const used = this.#world.pick(this.#world.consumers.subscriptionsInUse);
    const tenant = used?.tenant ?? this.#tenant();
    const name = (used?.name as SubscriptionName | undefined) ?? this.#name();
    const floor = this.#world.watch.floors.of(tenant, name);
    if (floor === undefined || floor.isGone) {
      this.create(tenant, name);
      return;
    }
    const roll = this.#world.random.next();
    const change =
      roll < 0.2
        ? { status: 'paused' as const }
        : roll < 0.5
          ? { status: 'active' as const }
          : { filter: this.#otherThan(floor.filter) };
    if (roll > 0.97) {
      this.#http((ports) => deleteSubscription(asTenantId(tenant), name, ports));
      return;
    }
    this.#http(
      (ports) => changeSubscription(asTenantId(tenant), name, change, ports),
      // What comes at once after a change is what somebody may still judge by what was before.
      () => this.#world.producers.publish(tenant),
    );
  }

  create(tenant: string, name: SubscriptionName): void {
    const filter = anyFilter(this.#world);
    const start = this.#world.chance(0.5) ? { start: 'oldest' as const } : {};
    this.#http((ports) => createSubscription(asTenantId(tenant), { name, filter, ...start }, ports));
  }

  /** Ends every pause, and makes what is missing. */
  resumeAll(): void {
    for (const tenant of this.#world.producers.tenants) {
      for (const name of SUBSCRIPTIONS as unknown as readonly SubscriptionName[]) {
        const floor = this.#world.watch.floors.of(tenant, name);
        if (floor === undefined || floor.isGone) this.create(tenant, name);
        else if (!floor.isActive) {
          this.#http((ports) => changeSubscription(asTenantId(tenant), name, { status: 'active' }, ports));
        }
      }
    }
  }

  /** Asks for a page of a subscription, deals with it, and acknowledges. */
  pull(): void {
    const tenant = asTenantId(this.#tenant());
    const name = this.#name();
    const user = this.#world.consumers.service(tenant);
    const token = user.token();
    const limit = 1 + this.#world.random.below(5);
    this.#http(
      async (ports) => {
        const recipient = asRecipient(await ports.verifier.verify(token), READ_SCOPE);
        const { subscription, head } = await requireStanding(tenant, name, ports);
        const { cursor, filter } = subscription;
        const request = { start: cursor, head, wants: compileFilter(filter), limit, bytes: LIMITS.pageBytes };
        return { page: await readPage(recipient, request, ports.log), after: cursor.sequence };
      },
      ({ page, after }) => this.#dealWith(tenant, name, page, after),
    );
  }

  /** An acknowledgement from earlier, once more and late. */
  strayAck(): void {
    const ack = this.#world.pick(this.#sent);
    if (ack !== undefined) this.#acknowledge(ack.tenant, ack.name as SubscriptionName, ack.sequence, ack.epoch);
  }

  /** A filter; often one that lets through what the other does not. */
  #otherThan(filter: Wanted): Wanted {
    if (this.#world.chance(0.5)) return anyFilter(this.#world);
    return filter.types?.[0] === 'bank.*' ? { types: ['community.*'] } : { types: ['bank.*'] };
  }

  #dealWith(tenant: string, name: SubscriptionName, page: Page | Reset, after: number): void {
    const floor = this.#world.watch.floors.of(tenant, name);
    if (floor === undefined || floor.isGone) return;
    floor.claims ??= this.#world.consumers.claimsOfService(tenant);
    if (page.kind === 'reset') {
      const next = this.#world.truth.of(tenant)[after];
      const isCut = next !== undefined && next.expiresAt * 1000 <= this.#world.scheduler.now + SKEW_MILLISECONDS;
      if (page.reason !== 'retention' || !isCut) {
        this.#world.violate('reset only if history was cut', `${name} was reset for ${page.reason} after ${after}`);
      }
      floor.cuts.push({ after, before: page.oldest });
      this.#acknowledge(tenant, name, page.oldest - 1, page.head.epoch);
      return;
    }
    for (const { sequence } of page.events) floor.delivered.add(sequence);
    this.#acknowledge(tenant, name, page.through, page.head.epoch);
  }

  #acknowledge(tenant: string, name: SubscriptionName, sequence: number, epoch: string): void {
    if (sequence === 0) return;
    this.#sent.push({ tenant, name, sequence, epoch });
    this.#http((ports) => acknowledge(asTenantId(tenant), name, { sequence: asSequence(sequence), epoch }, ports));
  }

  #http<Answer>(work: (ports: SocketPorts) => Promise<Answer>, onAnswer: (answer: Answer) => void = () => {}): void {
    this.#world.hub.http(work, (answer) => {
      // An answer may be lost on its way: the service then knows nothing.
      if ('value' in answer && !this.#world.chance(this.#world.faults.loseAnswer)) onAnswer(answer.value);
    });
  }

  #tenant(): string {
    return this.#world.pick(this.#world.producers.tenants) ?? 'acme';
  }

  #name(): SubscriptionName {
    return (this.#world.pick(SUBSCRIPTIONS) ?? SUBSCRIPTIONS[0]) as unknown as SubscriptionName;
  }
}
