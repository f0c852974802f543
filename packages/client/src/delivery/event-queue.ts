import type { Cursor, RecordedEvent } from '@tidings/contracts';
import { isPromiseLike } from './attempt.ts';
import type { DeliveryRange } from './news.ts';
import type { DeliveryReset } from './options.ts';

/** What waits to be handed to the user, or to be noted once all before it was. */
export type QueueItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly cursor?: Cursor }
  | { readonly kind: 'reset'; readonly reset: DeliveryReset; readonly cursor: Cursor }
  | { readonly kind: 'cursor'; readonly cursor: Cursor }
  | { readonly kind: 'range'; readonly range: DeliveryRange; readonly cursor?: undefined };

/**
 * What a handler's promise may resolve to when the client is closed: the event was not dealt with, and the cursor stays
 * before it. It means nothing while the client is open.
 */
export const UNHANDLED: unique symbol = Symbol('unhandled');

export interface EventQueueOptions {
  readonly onEvent: (event: RecordedEvent) => unknown;
  readonly onReset: (reset: DeliveryReset) => unknown;
  /** Not waited for, and sees to its own failures. */
  readonly onRange?: (range: DeliveryRange) => void;
  /** Told of what a handler threw. The event counts as dealt with: it is not handed over again. */
  readonly onFailure: (cause: unknown) => void;
  /** Everything up to the cursor has been dealt with. `isPause`: nothing follows at once, so this is a time to save. */
  readonly onHandled: (cursor: Cursor, isPause: boolean, isReset: boolean) => void;
}

/** Hands events to the user, one by one and in the order in which they were put in; waits for who answers by a promise. */
export class EventQueue {
  readonly #options: EventQueueOptions;
  #items: QueueItem[] = [];
  #next = 0;
  /** How many of those that wait are ranges. */
  #ranges = 0;
  #isBusy = false;
  #isStopped = false;
  #waiting: (() => void)[] = [];

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** How much waits, what is being handled not counted. Ranges take no time, and no room: those that adjoin are one. */
  get length(): number {
    return this.#items.length - this.#next - this.#ranges;
  }

  get isDrained(): boolean {
    return !this.#isBusy && this.length === 0;
  }

  put(items: readonly QueueItem[]): void {
    if (this.#isStopped || items.length === 0) return;
    // Not spread into `push`: a page may be longer than a call may have arguments.
    for (const item of items) if (!this.#joins(item)) this.#items.push(item);
    if (!this.#isBusy) this.#run();
  }

  /** Calls once everything has been handled; at once if it has been. */
  whenDrained(call: () => void): void {
    if (this.isDrained) call();
    else this.#waiting.push(call);
  }

  /** Hands over nothing more, and calls when what is being handled has ended. */
  stop(call: () => void): void {
    this.#isStopped = true;
    this.#items = [];
    this.#next = 0;
    this.#ranges = 0;
    this.#waiting = [];
    this.whenDrained(call);
  }

  /** Counts a range, unless it goes on from one that waits at the end: then it is part of that. */
  #joins(item: QueueItem): boolean {
    if (item.kind !== 'range') return false;
    const { from, through, kind } = item.range;
    const last = this.length + this.#ranges > 0 ? this.#items.at(-1) : undefined;
    if (last?.kind === 'range' && last.range.kind === kind && last.range.through === from - 1) {
      this.#items[this.#items.length - 1] = { kind: 'range', range: { from: last.range.from, through, kind } };
      return true;
    }
    this.#ranges += 1;
    return false;
  }

  #run(): void {
    this.#isBusy = true;
    for (let item = this.#take(); item !== undefined; item = this.#take()) {
      const taken = item;
      const result = this.#handle(taken);
      if (isPromiseLike(result)) {
        const finish = (value?: unknown): void => {
          if (value !== UNHANDLED || !this.#isStopped) this.#finish(taken, true);
          this.#run();
        };
        result.then(finish, (cause: unknown) => {
          this.#options.onFailure(cause);
          finish();
        });
        return;
      }
      this.#finish(taken, false);
    }
    this.#isBusy = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) call();
  }

  #take(): QueueItem | undefined {
    const item = this.#items[this.#next];
    if (item?.kind === 'range') this.#ranges -= 1;
    this.#next += 1;
    if (this.#next < this.#items.length) return item;
    this.#items = [];
    this.#next = 0;
    return item;
  }

  #handle(item: QueueItem): unknown {
    try {
      if (item.kind === 'event') return this.#options.onEvent(item.event);
      if (item.kind === 'reset') return this.#options.onReset(item.reset);
      if (item.kind === 'range') this.#options.onRange?.(item.range);
    } catch (cause) {
      this.#options.onFailure(cause);
    }
    return undefined;
  }

  #finish({ kind, cursor }: QueueItem, hasWaited: boolean): void {
    if (cursor !== undefined) this.#options.onHandled(cursor, hasWaited || this.length === 0, kind === 'reset');
  }
}
