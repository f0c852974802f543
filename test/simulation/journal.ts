import type { DeliveryReset } from '@tidings/client';
import type { RecordedEvent } from '@tidings/contracts';
import { type Fact, isForBrowsers, letsThrough, maySee, type Wanted } from './model.ts';
import type { User } from './users.ts';
import { SKEW_MILLISECONDS } from './watch-lines.ts';
import type { World } from './world.ts';

export interface JournalOptions {
  readonly name: string;
  readonly user: User;
  readonly strict: boolean;
  /** The consumer's own filter; absent for a durable subscription, which the hub's watch judges. */
  readonly filter: Wanted | undefined;
}

/**
 * What a consumer was given over all its lives, and whether that is right.
 *
 * Within a life nothing comes twice. Over lives nothing comes twice that the consumer's own store had confirmed as
 * dealt with when the life began; what came after may come again, because nobody could know that it had come.
 */
export class Journal {
  readonly #world: World;
  readonly #options: JournalOptions;
  /** What has been dealt with, in any life. */
  readonly handled = new Set<number>();
  #given = new Set<number>();
  #last = 0;
  /** What the store held when the life began. */
  #confirmed = 0;
  /** After this, everything is owed; `undefined` until the hub has said where it begins. */
  #base: number | undefined;
  readonly #excused = new Set<number>();
  /** Up to here it was checked that nothing is missing. */
  #settled = 0;

  constructor(world: World, options: JournalOptions) {
    this.#world = world;
    this.#options = options;
  }

  get base(): number | undefined {
    return this.#base;
  }

  /** @param stored the cursor that the life begins with, if any */
  beginLife(stored: number | undefined): void {
    this.#given = new Set();
    this.#last = 0;
    this.#confirmed = stored ?? 0;
    if (stored === undefined) {
      this.#base = undefined;
      this.#settled = 0;
    }
  }

  /** Where a life without a stored cursor turned out to begin. */
  beginAt(sequence: number, isOldest: boolean): void {
    if (this.#base !== undefined) return;
    this.#base = isOldest ? 0 : sequence;
    if (!isOldest) return;
    // Who asks for the oldest that is left is owed nothing that had gone by then.
    for (const fact of this.#facts) if (this.#mayBeGone(fact)) this.#excused.add(fact.sequence);
  }

  given(event: RecordedEvent): void {
    const sequence = Number(event.sequence);
    const { name, strict, filter, user } = this.#options;
    const fact = this.#facts[sequence - 1];
    const who = `${name} was given ${sequence}`;
    if (fact === undefined || fact.id !== event.id) {
      this.#world.violate('nothing foreign', `${who} ${event.id}`);
      return;
    }
    if (this.#given.has(sequence)) this.#world.violate('no repeats', `${who} twice`);
    if (sequence <= this.#confirmed && filter !== undefined) {
      this.#world.violate('no repeats', `${who}; its store had confirmed ${this.#confirmed} when it began`);
    }
    if (strict && sequence < this.#last) this.#world.violate('in order', `${who} after ${this.#last}`);
    const isVisible = user.issued.some(({ claims }) => maySee(claims, fact));
    if (!isVisible || (filter !== undefined && !(letsThrough(filter, fact) && isForBrowsers(fact)))) {
      this.#world.violate('nothing foreign', `${who}, which is not for it`);
    }
    this.#given.add(sequence);
    this.#last = Math.max(this.#last, sequence);
  }

  reset({ reason, oldest, previous }: DeliveryReset): void {
    const { name } = this.#options;
    const cut = this.#facts.slice(previous?.sequence ?? 0, Math.max(0, oldest - 1));
    const gone = cut.filter((fact) => this.#mayBeGone(fact));
    if (reason !== 'retention' || gone.length === 0) {
      const what = `${name} was reset to ${oldest} for ${reason} after ${previous?.sequence}`;
      this.#world.violate('reset only if history was cut', `${what}; the head is ${this.#facts.length}`);
    }
    for (const { sequence } of gone) this.#excused.add(sequence);
  }

  /** The consumer says that everything up to here is dealt with, or not for it. */
  settled(sequence: number): void {
    if (this.#base === undefined || this.#options.filter === undefined) return;
    for (const fact of this.#facts.slice(Math.max(this.#base, this.#settled), sequence)) this.#mustHave(fact);
    this.#settled = Math.max(this.#settled, sequence);
  }

  #mustHave(fact: Fact): void {
    if (this.handled.has(fact.sequence) || this.#excused.has(fact.sequence) || !this.isFor(fact)) return;
    this.#world.violate('nothing is missing', `${this.#options.name} passed ${fact.sequence} and never got it`);
  }

  /** Whether an event is for the consumer by all that its tokens have said since it was there. */
  isFor(fact: Fact): boolean {
    const { filter, user } = this.#options;
    if (filter === undefined || !letsThrough(filter, fact) || !isForBrowsers(fact)) return false;
    const since = user.issued.filter(({ claims }) => claims.expiresAt * 1000 + SKEW_MILLISECONDS >= fact.at);
    return since.length > 0 && since.every(({ claims }) => maySee(claims, fact));
  }

  get #facts(): readonly Fact[] {
    return this.#world.truth.of(this.#options.user.tenant);
  }

  #mayBeGone({ expiresAt }: Fact): boolean {
    return expiresAt * 1000 <= this.#world.scheduler.now + SKEW_MILLISECONDS;
  }
}
