import { type Cursor, describe, type RecordedEvent } from '@tidings/contracts';
import { startDelivery } from '../delivery/client.ts';
import type { ConnectionState, Status } from '../delivery/connection.ts';
import { DeliveryError } from '../delivery/delivery-error.ts';
import { UNHANDLED } from '../delivery/event-queue.ts';
import type { DeliveryRange } from '../delivery/news.ts';
import type { Delivery, DeliveryOptions, DeliveryReset, TokenReason } from '../delivery/options.ts';
import type { Wish } from '../delivery/paging.ts';
import { completeSurroundings } from '../delivery/surroundings.ts';
import { TIMING } from '../delivery/timing.ts';
import { beginningOf, filterWishOf } from '../delivery/wish.ts';
import type { EventMatching, PatternThatMatches } from '../events/typed-events.ts';
import { EventLoop } from './event-loop.ts';
import { Handlers } from './handlers.ts';
import { Listeners } from './listeners.ts';
import type { ListenOptions, LoopOptions, TidingsLiveOptions } from './options.ts';
import { originOf, webPlatform, whenAborted } from './web.ts';
import { WholeEvents } from './whole-event.ts';

/**
 * Live events of a hub, each once, whatever happens to the network, the token or the page in between.
 *
 * It connects by itself as soon as somebody listens: after the first `on`, or when the first loop over `events` begins.
 * Register all handlers in one go: an event is given to those that are there when it comes, and then the cursor moves on.
 *
 * Events come one at a time. All handlers that match one are called, in the order in which they were registered and
 * without waiting for each other; the next event comes, and the cursor moves, when all of them have settled. A slow one
 * holds the rest; the hub is not asked for more in the meantime. One that throws or rejects is reported to `onError` and
 * stops nobody; its event counts as dealt with.
 */
export class TidingsLive {
  readonly #options: TidingsLiveOptions;
  readonly #handlers: Handlers<RecordedEvent>;
  readonly #status = new Listeners<Status>();
  readonly #reset = new Listeners<DeliveryReset>();
  readonly #range = new Listeners<DeliveryRange>();
  readonly #error = new Listeners<DeliveryError>();
  readonly #loops = new Set<EventLoop<RecordedEvent>>();
  readonly #whole: WholeEvents;
  readonly #wish: Wish;
  #delivery: Delivery | undefined;
  #closed: Promise<void> | undefined;
  #isConnecting = false;
  #token: string | undefined;
  #refusal: DeliveryError | undefined;

  /**
   * Opens nothing yet.
   * @throws TypeError, TidingsError FILTER_INVALID, CURSOR_INVALID if the options cannot be used
   */
  constructor(options: TidingsLiveOptions) {
    const { apiUrl, timing } = options;
    this.#wish = filterWishOf({ ...options, onEvent: () => undefined });
    beginningOf(options);
    if (apiUrl !== undefined && originOf(apiUrl) === undefined) {
      throw new TypeError(`Expected an apiUrl https://…, found ${describe(apiUrl)}`);
    }
    this.#options = options;
    this.#handlers = new Handlers((cause, { id }, pattern) => {
      const message = `A handler of ${describe(pattern)} failed at the event ${describe(id)}; delivery goes on`;
      this.#report(new DeliveryError('HANDLER_FAILED', message, { cause, eventId: id, pattern }));
    });
    this.#whole = new WholeEvents({
      apiUrl,
      web: { fetch: (url, request) => (options.fetch ?? webPlatform().fetch)(url, request) },
      token: (isRefused) => (isRefused || this.#token === undefined ? this.#askToken('refused') : this.#token),
      surroundings: completeSurroundings(options.surroundings),
      timing: { ...TIMING, ...timing },
      report: (error) => this.#report(error),
    });
  }

  /** What the connection is at; `connecting` before there is one. Whoever comes late to `onStatus` finds it here. */
  get state(): ConnectionState {
    return this.#closed === undefined ? (this.#delivery?.state ?? 'connecting') : 'closed';
  }

  /** Everything up to here has been dealt with; `undefined` until the hub has said where it begins. */
  get cursor(): Cursor | undefined {
    return this.#delivery?.cursor;
  }

  /**
   * Calls a handler for each event whose type the pattern matches. In a pattern `*` stands for any run of characters but
   * `.`, and alone for everything. After `close` it is never called.
   *
   * The hub sends what the client's `filter` asks for; patterns choose among that.
   * @returns what takes the handler away; calling it again does nothing
   * @throws TypeError if it is no pattern or no handler
   */
  on<const Pattern extends string>(
    pattern: Pattern & PatternThatMatches<Pattern>,
    handler: (event: EventMatching<Pattern>) => unknown,
    { signal }: ListenOptions = {},
  ): () => void {
    // What the pattern matches, it has: the hub validates the data of each type.
    const remove = this.#handlers.add(pattern, handler as unknown as (event: RecordedEvent) => unknown);
    if (signal?.aborted) remove();
    else this.#connectSoon();
    const forget = whenAborted(signal, remove);
    return () => {
      remove();
      forget();
    };
  }

  /**
   * The events whose type a pattern matches, for `for await`. An event counts as dealt with when the loop asks for the
   * next; until then no event comes, neither to this loop nor to anybody else, so do slow work elsewhere. Leaving the
   * loop ends it; `close` ends it as well, and then its last event counts as not dealt with, unless the loop had asked for
   * the next. If the hub refuses for good, it throws the `DeliveryError`. Each loop over it begins of its own, with what
   * comes from then on.
   * @throws TypeError if it is no pattern or no limit
   */
  events<const Pattern extends string>(
    pattern: Pattern & PatternThatMatches<Pattern>,
    { signal, limit = Number.POSITIVE_INFINITY }: LoopOptions = {},
  ): AsyncIterable<EventMatching<Pattern>, undefined> {
    if (!(limit >= 0)) throw new TypeError(`Expected a limit from 0 on, found ${describe(limit)}`);
    // Says now, and not in the loop, what is wrong with the pattern.
    this.#handlers.add(pattern, () => undefined)();
    return {
      [Symbol.asyncIterator]: () => this.#loop(pattern, signal, limit) as unknown as EventLoop<EventMatching<Pattern>>,
    };
  }

  /** Told of each change of `state`, and of each new reason to wait. @returns what ends that */
  onStatus(handler: (status: Status) => void): () => void {
    return this.#status.add(handler);
  }

  /** Told that history was cut, between the last event of before and the first of after. @returns what ends that */
  onReset(handler: (reset: DeliveryReset) => unknown): () => void {
    return this.#reset.add(handler);
  }

  /**
   * Told what has become known of the sequence of the tenant's events, in the order in which it did: a stretch whose
   * events were given, as they happened (`live`) or when they were asked for (`replayed`), all others of it being for
   * others; or one of which nothing is known yet (`gap`). Each number is told as known once, and not before its event was
   * given. After a reset, numbers begin anew after `oldest - 1`. Does not connect by
   * itself. @returns what ends that
   */
  onRange(handler: (range: DeliveryRange) => void): () => void {
    return this.#range.add(handler);
  }

  /** Told of what went wrong. Without anybody to tell, it goes to `console.error`. @returns what ends that */
  onError(handler: (error: DeliveryError) => void): () => void {
    return this.#error.add(handler);
  }

  /** Connects, unless that has been done, or it is closed. */
  connect(): void {
    if (this.#delivery !== undefined || this.#closed !== undefined) return;
    const delivery: DeliveryOptions = {
      ...this.#options,
      token: (reason) => this.#askToken(reason),
      onEvent: (event) => this.#deliver(event),
      onStatus: (status) => this.#tellStatus(status),
      onReset: (reset) => Promise.all(this.#reset.tell(reset, (cause) => this.#failed('onReset', cause))),
      onRange: (range) => void this.#range.tell(range, (cause) => this.#failed('onRange', cause)),
      onError: (error) => this.#report(error),
    };
    this.#delivery = startDelivery(delivery, this.#wish, undefined, () => this.#range.size > 0);
  }

  /**
   * Ends it for good, also before it has connected; repeated calls change nothing. Loops end at once. Do not wait for it in
   * a handler: it waits for handlers.
   * @returns when handlers that were under way have settled, and the cursor is saved
   */
  close(): Promise<void> {
    if (this.#closed === undefined) {
      const previous = this.state;
      this.#whole.stop();
      if (this.#delivery === undefined) {
        this.#closed = Promise.resolve();
        this.#tellStatus({ state: 'closed', previous, reason: 'closed' });
      } else this.#closed = this.#delivery.close();
    }
    return this.#closed;
  }

  #connectSoon(): void {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    void Promise.resolve().then(() => this.connect());
  }

  #loop(pattern: string, signal: LoopOptions['signal'], limit: number): EventLoop<RecordedEvent> {
    const loop: EventLoop<RecordedEvent> = new EventLoop(limit, () => {
      remove();
      forget();
      this.#loops.delete(loop);
    });
    const remove = this.#handlers.add(pattern, (event) => loop.put(event));
    const forget = whenAborted(signal, () => loop.end());
    this.#loops.add(loop);
    if (signal?.aborted) loop.end();
    else if (this.state === 'closed') this.#abandon();
    else this.#connectSoon();
    return loop;
  }

  async #askToken(reason: TokenReason): Promise<string> {
    const token = await this.#options.token(reason);
    this.#token = token;
    return token;
  }

  #deliver(event: RecordedEvent): unknown {
    if (!this.#handlers.wants(event)) return undefined;
    if (!this.#whole.isNeeded(event)) return this.#call(event);
    return this.#whole.fetch(event).then((whole) => (whole === undefined ? UNHANDLED : this.#call(whole)));
  }

  #call(event: RecordedEvent): Promise<unknown> | undefined {
    return this.#handlers.call(event)?.then((answers) => (answers.includes(UNHANDLED) ? UNHANDLED : undefined));
  }

  #tellStatus(status: Status): void {
    this.#status.tell(status, (cause) => this.#failed('onStatus', cause));
    if (status.state !== 'closed') return;
    // A refusal that has passed is not why it is closed.
    if (status.reason !== 'refused') this.#refusal = undefined;
    this.#whole.stop();
    this.#abandon();
  }

  #abandon(): void {
    const refusal = this.#refusal;
    for (const loop of [...this.#loops]) loop.abandon(refusal && { cause: refusal });
  }

  #failed(name: string, cause: unknown): void {
    this.#report(new DeliveryError('HANDLER_FAILED', `A handler of ${name} failed`, { cause }));
  }

  #report(error: DeliveryError): void {
    if (error.code === 'HUB_REFUSED') this.#refusal = error;
    if (this.#error.size === 0) webPlatform().console?.error(error);
    // Whoever is told of errors has failed itself: there is nobody left to tell.
    this.#error.tell(error, () => undefined);
  }
}
