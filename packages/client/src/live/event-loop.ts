import { UNHANDLED } from '../delivery/event-queue.ts';

type Settle<Event> = { resolve(result: IteratorResult<Event, undefined>): void; reject(cause: unknown): void };

/**
 * One `for await` over events. What is handed in counts as dealt with when the loop asks for the next; until then
 * nothing more is to be handed in, so the loop is never flooded.
 */
export class EventLoop<Event> implements AsyncIterator<Event, undefined> {
  readonly #onEnd: () => void;
  #left: number;
  /** Handed in, and not given yet. */
  #next: { readonly event: Event } | undefined;
  /** Ends the wait of whoever has handed in. */
  #release: ((value?: typeof UNHANDLED) => void) | undefined;
  #asking: Settle<Event>[] = [];
  #isEnded = false;
  #failure: { readonly cause: unknown } | undefined;

  /**
   * @param limit after so many events it ends
   * @param onEnd called once, when it wants no more
   */
  constructor(limit: number, onEnd: () => void) {
    this.#left = limit;
    this.#onEnd = onEnd;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Hands in an event. @returns a promise that settles when the loop has dealt with it */
  put(event: Event): Promise<typeof UNHANDLED | undefined> | undefined {
    if (this.#isEnded || this.#left <= 0) return undefined;
    this.#left -= 1;
    return new Promise((resolve) => {
      this.#release = resolve;
      this.#next = { event };
      this.#give();
    });
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#next === undefined) this.#letGo();
    return new Promise((resolve, reject) => {
      this.#asking.push({ resolve, reject });
      this.#give();
    });
  }

  /** The loop was left by `break`, `return` or a throw: the event under way counts as dealt with. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#next = undefined;
    this.#letGo();
    this.end();
    return { done: true, value: undefined };
  }

  /** Gives no more. An event that was given is still waited for. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#next !== undefined) this.#letGo(UNHANDLED);
    this.#next = undefined;
    this.#onEnd();
    this.#give();
  }

  /**
   * The client is closed: what is under way is not waited for, because the loop itself may be waiting for the client to
   * close. It was not dealt with, as far as anybody knows.
   */
  abandon(failure?: { readonly cause: unknown }): void {
    if (!this.#isEnded) this.#failure = failure;
    this.end();
    this.#letGo(UNHANDLED);
  }

  #letGo(value?: typeof UNHANDLED): void {
    this.#release?.(value);
    this.#release = undefined;
  }

  #give(): void {
    if (this.#next === undefined && !this.#isEnded && this.#left <= 0 && this.#asking.length > 0) this.end();
    for (let asking = this.#asking[0]; asking !== undefined; asking = this.#asking[0]) {
      const next = this.#next;
      if (next === undefined && !this.#isEnded) return;
      this.#asking.shift();
      this.#next = undefined;
      if (next !== undefined) {
        asking.resolve({ done: false, value: next.event });
        // Who asks for several at once does not deal with them one after the other.
        if (this.#asking.length > 0) this.#letGo();
      } else if (this.#failure === undefined) asking.resolve({ done: true, value: undefined });
      else asking.reject(this.#failure.cause);
    }
  }
}
