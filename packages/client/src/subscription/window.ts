import { attempt } from '../delivery/attempt.ts';
import { UNHANDLED } from '../delivery/event-queue.ts';

export interface WindowOptions<Event> {
  /** Most events that are handled at the same time. */
  readonly concurrency: number;
  /** Failed if it throws or rejects. An answer of {@link UNHANDLED} is a failure that nobody need be told of. */
  readonly handle: (event: Event) => unknown;
  /** Everything up to this sequence has been handled. */
  readonly onProgress: (sequence: number) => void;
  /** Told as soon as something fails: of the cause, or of {@link UNHANDLED}. */
  readonly onFailure: (cause: unknown, event: Event) => void;
}

interface Entry {
  readonly sequence: number;
  isDone: boolean;
}

/**
 * Events under way, in their order. Several are handled at once, but what counts as done is what has no gap: an
 * acknowledgement covers everything below it. After a failure none begins any more.
 */
export class Window<Event extends { readonly sequence: string }> {
  readonly #options: WindowOptions<Event>;
  readonly #entries: Entry[] = [];
  #running = 0;
  #hasFailed = false;
  #waiting: (() => void)[] = [];

  constructor(options: WindowOptions<Event>) {
    this.#options = options;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Begins with an event. @returns nothing if there is room for another, or else a promise for it */
  offer(event: Event): Promise<void> | undefined {
    if (this.#hasFailed) return undefined;
    const entry: Entry = { sequence: Number(event.sequence), isDone: false };
    this.#entries.push(entry);
    this.#running += 1;
    attempt(
      () => this.#options.handle(event),
      (answer) => {
        if (answer === UNHANDLED) this.#failed(answer, event);
        else this.#done(entry);
        this.#ended();
      },
      (cause) => {
        this.#failed(cause, event);
        this.#ended();
      },
    );
    return this.#until(() => this.#hasFailed || this.#running < this.#options.concurrency);
  }

  /** Settles when nothing is under way. */
  drained(): Promise<void> | undefined {
    return this.#until(() => this.#running === 0);
  }

  #failed(cause: unknown, event: Event): void {
    this.#hasFailed = true;
    this.#options.onFailure(cause, event);
  }

  #done(entry: Entry): void {
    entry.isDone = true;
    let through: number | undefined;
    for (let first = this.#entries[0]; first?.isDone; first = this.#entries[0]) {
      through = first.sequence;
      this.#entries.shift();
    }
    if (through !== undefined) this.#options.onProgress(through);
  }

  #ended(): void {
    this.#running -= 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) call();
  }

  #until(isSo: () => boolean): Promise<void> | undefined {
    if (isSo()) return undefined;
    return new Promise((resolve) => {
      const look = (): void => {
        if (isSo()) resolve();
        else this.#waiting.push(look);
      };
      this.#waiting.push(look);
    });
  }
}
