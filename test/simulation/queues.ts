import type { Owner, Timer } from './scheduler.ts';
import type { World } from './world.ts';

/** A message in a queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  receiveCount: number;
  visibleAt: number;
}

export interface QueueOptions {
  readonly name: string;
  /** FIFO by group, or no order at all. */
  readonly isFifo: boolean;
  readonly visibilitySeconds: number;
  readonly batch: number;
  /** Deliveries after which a message goes to the dead letters. */
  readonly maxReceives: number;
  /** Handles a batch; `done` with the ids that failed, or never. */
  readonly handle: (messages: readonly QueuedMessage[], done: (failed: ReadonlySet<string>) => void) => void;
  readonly onDead: (message: QueuedMessage) => void;
}

const POLL_MILLISECONDS = 20;
const DEDUPLICATION_MILLISECONDS = 300_000;

/** An SQS queue with its event source mapping. */
export class Queue implements Owner {
  readonly name: string;
  dead = false;
  readonly #world: World;
  readonly #options: QueueOptions;
  readonly #messages: QueuedMessage[] = [];
  readonly #seen = new Map<string, number>();
  #count = 0;
  /** When it looks for messages next. */
  #next: Timer | undefined;

  constructor(world: World, options: QueueOptions) {
    this.name = options.name;
    this.#world = world;
    this.#options = options;
  }

  get size(): number {
    return this.#messages.length;
  }

  /** @param deduplicationId within five minutes, messages of one group and id are one */
  send(body: string, group = '', deduplicationId?: string): string {
    const { now } = this.#world.scheduler;
    const key = deduplicationId === undefined ? undefined : `${group} ${deduplicationId}`;
    if (key !== undefined) {
      const seen = this.#seen.get(key);
      if (seen !== undefined && now - seen < DEDUPLICATION_MILLISECONDS) return '';
      this.#seen.set(key, now);
    }
    this.#count += 1;
    const id = `${this.name}-${this.#count}`;
    this.#messages.push({ id, group, body, receiveCount: 0, visibleAt: now });
    this.#poll(0);
    return id;
  }

  /** Looks for messages after a delay, unless it will look before that anyhow. */
  #poll(delay: number): void {
    const { scheduler } = this.#world;
    const at = scheduler.now + delay + scheduler.random.next() * POLL_MILLISECONDS;
    if (this.#next !== undefined && this.#next.at <= at) return;
    if (this.#next !== undefined) this.#next.cancelled = true;
    this.#next = scheduler.after(at - scheduler.now, this, 'poll', () => {
      this.#next = undefined;
      this.#receive();
      const { now } = scheduler;
      const later = this.#messages.filter(({ visibleAt }) => visibleAt > now).map(({ visibleAt }) => visibleAt - now);
      if (later.length > 0) this.#poll(Math.min(...later));
    });
  }

  #receive(): void {
    const { now } = this.#world.scheduler;
    const batch = this.#options.isFifo ? this.#nextOfGroup(now) : this.#anyOf(now);
    if (batch.length === 0) return;
    const ready = batch.filter((message) => {
      if (message.receiveCount < this.#options.maxReceives) return true;
      this.#delete(message);
      this.#options.onDead(message);
      return false;
    });
    if (ready.length > 0) this.#deliver(ready);
    this.#poll(0);
  }

  #deliver(messages: readonly QueuedMessage[]): void {
    const { scheduler, faults } = this.#world;
    const visibility = this.#options.visibilitySeconds * 1000;
    for (const message of messages) {
      message.receiveCount += 1;
      const isTwice = !this.#options.isFifo && this.#world.chance(faults.duplicate);
      const isOverlapped = this.#options.isFifo && this.#world.chance(faults.overlap);
      const early = isTwice || isOverlapped ? scheduler.random.next() * 300 : visibility;
      message.visibleAt = scheduler.now + early;
    }
    const ids = messages.map(({ id }) => id).join(' ');
    scheduler.trace.detail(this.name, () => `delivers ${ids}`);
    const copies = messages.map((message) => ({ ...message }));
    this.#options.handle(copies, (failed) => {
      for (const message of messages) {
        // A message that failed comes again when its visibility timeout has passed.
        if (!failed.has(message.id) && !this.#world.chance(faults.loseDeletion)) this.#delete(message);
      }
      this.#poll(0);
    });
  }

  /** The next messages of one group that has none under way. */
  #nextOfGroup(now: number): readonly QueuedMessage[] {
    const busy = new Set<string>();
    let group: string | undefined;
    const batch: QueuedMessage[] = [];
    for (const message of this.#messages) {
      if (message.visibleAt > now) busy.add(message.group);
      else if (!busy.has(message.group) && (group ?? message.group) === message.group) {
        group = message.group;
        if (batch.length < this.#options.batch) batch.push(message);
      }
    }
    return batch;
  }

  #anyOf(now: number): readonly QueuedMessage[] {
    const { random } = this.#world.scheduler;
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now);
    return random.shuffle(visible).slice(0, 1 + random.below(this.#options.batch));
  }

  #delete(message: QueuedMessage): void {
    const index = this.#messages.indexOf(message);
    if (index !== -1) this.#messages.splice(index, 1);
  }
}
