import { compilePattern } from '@tidings/contracts';
import type { ConnectionState, DeliveryError, DeliveryReset, Status } from '../src/delivery/index.ts';
import type { LiveClient } from '../src/dom/live-client.ts';
import type { EventMatching, PatternThatMatches, TidingsEvent } from '../src/events/typed-events.ts';

/** A client that a test tells what to say. It counts what is asked of it. */
export class ScriptedLive implements LiveClient {
  state: ConnectionState = 'connecting';
  connects = 0;
  closes = 0;
  readonly #events = new Set<(event: TidingsEvent) => void>();
  readonly #statuses = new Set<(status: Status) => void>();
  readonly #resets = new Set<(reset: DeliveryReset) => unknown>();
  readonly #errors = new Set<(error: DeliveryError) => void>();

  on<Pattern extends string>(
    pattern: Pattern & PatternThatMatches<Pattern>,
    handler: (event: EventMatching<Pattern>) => unknown,
  ): () => void {
    const matches = compilePattern(pattern);
    return added(this.#events, (event) => void (matches(event.type) && handler(event as EventMatching<Pattern>)));
  }

  onStatus(handler: (status: Status) => void): () => void {
    return added(this.#statuses, handler);
  }

  onReset(handler: (reset: DeliveryReset) => unknown): () => void {
    return added(this.#resets, handler);
  }

  onError(handler: (error: DeliveryError) => void): () => void {
    return added(this.#errors, handler);
  }

  connect(): void {
    this.connects += 1;
  }

  async close(): Promise<void> {
    this.closes += 1;
    this.enter('closed', 'closed');
  }

  /** How many handlers it has, of all kinds. */
  get handlers(): number {
    return this.#events.size + this.#statuses.size + this.#resets.size + this.#errors.size;
  }

  deliver(...events: readonly TidingsEvent[]): void {
    for (const event of events) for (const handler of this.#events) handler(event);
  }

  enter(state: ConnectionState, reason: Status['reason']): void {
    const status = { state, previous: this.state, reason };
    this.state = state;
    for (const handler of this.#statuses) handler(status);
  }

  reset(reset: DeliveryReset): void {
    for (const handler of this.#resets) handler(reset);
  }

  fail(error: DeliveryError): void {
    for (const handler of this.#errors) handler(error);
  }
}

function added<Handler>(handlers: Set<Handler>, handler: Handler): () => void {
  handlers.add(handler);
  return () => handlers.delete(handler);
}
