import { shouldReceive } from '../acceptance/oracle.ts';
import { createRandom } from '../acceptance/random.ts';
import type { Target } from '../acceptance/target.ts';
import { audit } from '../chaos/audit.ts';
import { fetchToken, insist, readHead } from '../chaos/hub-api.ts';
import { ORGANIZATIONS, Outbox, produce, ROLES, TENANTS } from '../chaos/producers.ts';
import { SocketListener } from './listener.ts';

/**
 * Small batches, and none while so many events wait: an emulator that runs one function at a time stores some 25 in a
 * second, and what a deployment is tried with should be under way during all of it, and not long after.
 */
const BATCH = 5;
const MOST_WAITING = 50;
const SETTLE_MILLISECONDS = 300_000;
const PAUSE_MILLISECONDS = 200;
const TOKEN_SECONDS = 600;

/** What one step has shown. */
export interface StepFindings {
  readonly acknowledged: number;
  readonly repeated: number;
  readonly before: Heads;
  readonly after: Heads;
  /** Events that the sockets were given during the step. */
  readonly delivered: number;
  /** Of them, those that a socket had been given before, since the beginning. */
  readonly twice: number;
  readonly violations: readonly string[];
}

type Heads = Readonly<Record<string, number>>;

const sum = (heads: Heads): number => Object.values(heads).reduce((all, head) => all + head, 0);

/** Producers and sockets that live from the first deployment to the last, on a hub whose tenants were empty. */
export class Load {
  readonly #target: Target;
  readonly #outbox = new Outbox();
  readonly #seed: number;
  #listeners: readonly SocketListener[] = [];
  #step = 0;

  constructor(target: Target, seed: number) {
    this.#target = target;
    this.#seed = seed;
  }

  async begin(): Promise<void> {
    const receivers = TENANTS.map((tenant) => ({ tenant, organizations: ORGANIZATIONS, user: 'u1', roles: ROLES }));
    this.#listeners = await Promise.all(receivers.map((receiver) => SocketListener.open(this.#target, receiver)));
  }

  /** Publishes over HTTP and on the buses while something happens; then waits until all is stored, and looks at it. */
  async during(work: () => Promise<void>, leastEvents = 40): Promise<StepFindings> {
    this.#step += 1;
    const before = await this.#heads();
    const delivered = this.#delivered();
    const outbox = this.#outbox;
    const [acknowledged, repeated] = [outbox.acknowledged.size, outbox.repeated];
    let working = true;
    let stored = sum(before);
    const pace = {
      goesOn: () => working || this.#outbox.acknowledged.size - acknowledged < leastEvents,
      get batch() {
        return outbox.sent.size - stored > MOST_WAITING ? 0 : BATCH;
      },
    };
    const counting = this.#follow(
      () => working,
      (count) => {
        stored = count;
      },
    );
    const random = createRandom(this.#seed + this.#step);
    const producers = (['http', 'bus'] as const).map((way) =>
      produce(`${way}-${this.#step}`, way, { target: this.#target, outbox, pace, random }),
    );
    try {
      await work();
    } finally {
      working = false;
      await Promise.all([...producers, counting]);
    }
    await this.#settle();
    const { violations } = await audit(this.#target, this.#outbox, []);
    return {
      acknowledged: this.#outbox.acknowledged.size - acknowledged,
      repeated: this.#outbox.repeated - repeated,
      before,
      after: await this.#heads(),
      delivered: this.#delivered() - delivered,
      twice: this.#listeners.reduce(
        (all, { events }) => all + events.length - new Set(events.map(({ id }) => id)).size,
        0,
      ),
      violations: [...violations, ...this.#listeners.flatMap((listener) => this.#check(listener))],
    };
  }

  end(): void {
    for (const listener of this.#listeners) listener.close();
  }

  #delivered(): number {
    return this.#listeners.reduce((sum, { events }) => sum + events.length, 0);
  }

  /** What a socket should have, written from PROTOCOL.md, against what it was given, in order. */
  #check({ receiver, events, closed }: SocketListener): readonly string[] {
    const { tenant } = receiver;
    const expected = this.#expected(receiver);
    const ids = new Set(events.map(({ id }) => id));
    // A live frame may come twice (PROTOCOL.md): a fan-out that was ended after it had sent, and before it had said so.
    const firsts = events.filter(({ id }, index) => events.findIndex((other) => other.id === id) === index);
    const missing = expected.filter((id) => !ids.has(id));
    const foreign = events.filter(({ id }) => !expected.includes(id));
    const disorder = firsts.findIndex(({ sequence }, index) => sequence <= (firsts[index - 1]?.sequence ?? ''));
    return [
      ...(closed ? [`${tenant}: the socket was closed`] : []),
      ...(missing.length > 0
        ? [`${tenant}: ${missing.length} events did not reach the socket, such as ${missing[0]}`]
        : []),
      ...(foreign.length > 0 ? [`${tenant}: ${foreign.length} events reached a socket that they are not for`] : []),
      ...(disorder > 0 ? [`${tenant}: the event after ${firsts[disorder - 1]?.sequence} came out of order`] : []),
    ];
  }

  #expected(receiver: SocketListener['receiver']): readonly string[] {
    const sent = [...this.#outbox.sent.values()];
    return sent.filter((event) => shouldReceive(event, receiver, {})).map(({ id }) => id);
  }

  async #heads(): Promise<Heads> {
    const entries = TENANTS.map(async (tenant) => {
      const head = await insist(`reading the head of ${tenant}`, async () => {
        const token = await fetchToken(this.#target, { tenant }, 'events:read', TOKEN_SECONDS);
        return await readHead(this.#target, token);
      });
      return [tenant, head] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  async #follow(goesOn: () => boolean, tell: (stored: number) => void): Promise<void> {
    while (goesOn()) {
      tell(sum(await this.#heads()));
      await new Promise((wake) => setTimeout(wake, PAUSE_MILLISECONDS));
    }
    tell(Number.MAX_SAFE_INTEGER);
  }

  /** Until everything is stored, and has reached the sockets. What does not come is found by the audit. */
  async #settle(): Promise<void> {
    const end = Date.now() + SETTLE_MILLISECONDS;
    for (;;) {
      const heads = sum(await this.#heads());
      const here = this.#listeners.every(({ events, receiver }) => events.length >= this.#expected(receiver).length);
      if ((heads >= this.#outbox.sent.size && here) || Date.now() > end) return;
      await new Promise((wake) => setTimeout(wake, PAUSE_MILLISECONDS));
    }
  }
}
