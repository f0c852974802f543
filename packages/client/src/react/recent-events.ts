import type { LiveClient } from '../dom/live-client.ts';
import type { TidingsEvent } from '../events/typed-events.ts';
import { onNextFrame } from './next-frame.ts';

const NONE: readonly never[] = Object.freeze([]);

interface RecentEventsOptions {
  readonly live: LiveClient;
  readonly pattern: string;
  readonly limit: number;
  /** @default the next animation frame */
  readonly schedule?: typeof onNextFrame;
}

/**
 * The last events of a pattern, as a store for React: a list in the order of sequence that changes at most once a frame,
 * however many events come. It listens for as long as somebody has subscribed to it, and begins empty each time, because
 * what came in between would be missing in the list.
 */
export class RecentEvents {
  readonly #options: RecentEventsOptions;
  readonly #listeners = new Set<() => void>();
  #limit: number;
  #events: TidingsEvent[] = [];
  #snapshot: readonly TidingsEvent[] = NONE;
  #cancelFrame: (() => void) | undefined;
  #off: readonly (() => void)[] = [];

  constructor(options: RecentEventsOptions) {
    this.#options = options;
    this.#limit = options.limit;
  }

  /** Whether this is the list that is asked for. */
  isOf(live: LiveClient, pattern: string): boolean {
    return this.#options.live === live && this.#options.pattern === pattern;
  }

  /** How many events to keep. What a smaller limit has dropped does not come back with a larger one. */
  keep(limit: number): void {
    this.#limit = limit;
    if (this.#events.length > limit) {
      this.#events.splice(0, this.#events.length - limit);
      this.#changed();
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#listen();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end();
    };
  };

  /** The same list until it has changed; nobody can change it. */
  readonly getSnapshot = (): readonly TidingsEvent[] => this.#snapshot;

  static readonly getServerSnapshot = (): readonly never[] => NONE;

  #listen(): void {
    const { live, pattern } = this.#options;
    this.#off = [
      live.on(pattern, (event) => this.#add(event)),
      // History was cut, or is another: what comes now does not follow on from what is in the list.
      live.onReset(() => {
        this.#events = [];
        this.#changed();
      }),
    ];
  }

  #end(): void {
    for (const off of this.#off) off();
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#events = [];
    this.#snapshot = NONE;
  }

  /** Most events are the newest. A late one, that was lost at first, goes where it belongs. */
  #add(event: TidingsEvent): void {
    const before = this.#events.findLastIndex(({ sequence }) => sequence <= event.sequence);
    if (this.#events[before]?.sequence === event.sequence) return;
    if (before === -1 && this.#events.length >= this.#limit) return;
    this.#events.splice(before + 1, 0, event);
    if (this.#events.length > this.#limit) this.#events.shift();
    this.#changed();
  }

  #changed(): void {
    const { schedule = onNextFrame } = this.#options;
    this.#cancelFrame ??= schedule(() => {
      this.#cancelFrame = undefined;
      this.#snapshot = Object.freeze([...this.#events]);
      for (const listener of this.#listeners) listener();
    });
  }
}
