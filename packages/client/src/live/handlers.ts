import { compilePattern, describe, type Matcher, type RecordedEvent } from '@tidings/contracts';
import { attempt } from '../delivery/attempt.ts';

/** Whoever wants events: a handler, or a loop. */
interface Entry<Event> {
  readonly pattern: string;
  readonly matches: Matcher;
  readonly handler: (event: Event) => unknown;
}

/** Told of what a handler threw, or rejected with. */
export type HandlerFailed = (cause: unknown, event: { readonly id: string }, pattern: string) => void;

/** Handlers by pattern. Those that match an event are all called, in the order in which they came; none can stop another. */
export class Handlers<Event extends { readonly id: string; readonly type: string } = RecordedEvent> {
  readonly #entries = new Set<Entry<Event>>();
  readonly #onFailure: HandlerFailed;

  constructor(onFailure: HandlerFailed) {
    this.#onFailure = onFailure;
  }

  /**
   * @returns what takes the handler away again
   * @throws TypeError if the pattern is no text or the handler no function
   */
  add(pattern: string, handler: (event: Event) => unknown): () => void {
    if (typeof pattern !== 'string' || pattern === '') {
      throw new TypeError(`Expected a pattern such as "bank.*", found ${describe(pattern)}`);
    }
    if (typeof handler !== 'function') throw new TypeError(`Expected a handler, found ${describe(handler)}`);
    const entry = { pattern, matches: compilePattern(pattern), handler };
    this.#entries.add(entry);
    return () => {
      this.#entries.delete(entry);
    };
  }

  wants({ type }: Event): boolean {
    for (const { matches } of this.#entries) if (matches(type)) return true;
    return false;
  }

  /**
   * Calls who wants the event, none waiting for another.
   * @returns if anybody answered by a promise, one for what they answered when all have; failures are `undefined`
   */
  call(event: Event): Promise<readonly unknown[]> | undefined {
    const waiting: Promise<unknown>[] = [];
    for (const entry of [...this.#entries]) {
      // It may have been taken away by one that was called before.
      if (!this.#entries.has(entry) || !entry.matches(event.type)) continue;
      let isOver = false;
      const pending = new Promise<unknown>((resolve) => {
        const end = (value?: unknown): void => {
          isOver = true;
          resolve(value);
        };
        attempt(
          () => entry.handler(event),
          end,
          (cause) => {
            this.#onFailure(cause, event, entry.pattern);
            end();
          },
        );
      });
      if (!isOver) waiting.push(pending);
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting);
  }
}
