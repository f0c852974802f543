import { type Cursor, isTidingsError, parseCursor, type Start } from '@tidings/contracts';
import type { Acknowledgements, AcknowledgementsOptions } from './acknowledgements.ts';
import { attempt } from './attempt.ts';
import { Backoff } from './backoff.ts';
import { Connection, type ConnectionState, type StatusReason } from './connection.ts';
import { CursorKeeper } from './cursor-keeper.ts';
import { DeliveryRule } from './delivery.ts';
import { DeliveryError, type DeliveryErrorCode } from './delivery-error.ts';
import { EventQueue } from './event-queue.ts';
import { Intake } from './intake.ts';
import type { Delivery, DeliveryOptions } from './options.ts';
import type { Wish } from './paging.ts';
import { Succession } from './succession.ts';
import { type Cancel, completeSurroundings, type Surroundings } from './surroundings.ts';
import { Timers } from './timers.ts';
import { TIMING, type Timing } from './timing.ts';
import { beginningOf } from './wish.ts';

/** What makes the acknowledgements of a durable subscription. Handed in, so that who has none need not load them. */
export type CreateAcknowledgements = (options: AcknowledgementsOptions) => Acknowledgements;

/**
 * Begins to deliver what is wished for. Wish and options fit each other.
 * @param wantsRanges whether `onRange` has anybody to tell just now
 */
export function startDelivery(
  options: DeliveryOptions,
  wish: Wish,
  createAcknowledgements?: CreateAcknowledgements,
  wantsRanges: () => boolean = () => options.onRange !== undefined,
): Delivery {
  const client = new Client(options, wish, wantsRanges, createAcknowledgements);
  client.start();
  return {
    get state() {
      return client.state;
    },
    get cursor() {
      return client.cursor;
    },
    ack: (sequence) => client.ack(sequence),
    close: () => client.close(),
  };
}

class Client {
  readonly #options: DeliveryOptions;
  readonly #wish: Wish;
  readonly #wantsRanges: () => boolean;
  readonly #begin: Start | 'head';
  readonly #surroundings: Required<Surroundings>;
  readonly #timing: Timing;
  readonly #timers: Timers<'start' | 'save'>;
  readonly #backoff: Backoff;
  readonly #connection: Connection;
  readonly #keeper: CursorKeeper;
  readonly #acknowledgements: Acknowledgements | undefined;
  readonly #queue: EventQueue;
  #succession: Succession | undefined;
  #cursor: Cursor | undefined;
  #closed: Promise<void> | undefined;
  #forgetWaking: Cancel = () => undefined;

  constructor(
    options: DeliveryOptions,
    wish: Wish,
    wantsRanges: () => boolean,
    createAcknowledgements?: CreateAcknowledgements,
  ) {
    this.#options = options;
    const { onEvent, onReset, onStatus, onRange, cursorStore } = options;
    this.#wish = wish;
    this.#wantsRanges = wantsRanges;
    this.#begin = beginningOf(options);
    const surroundings = completeSurroundings(options.surroundings, options.webSocket);
    this.#surroundings = surroundings;
    this.#timing = { ...TIMING, ...options.timing };
    this.#timers = new Timers(surroundings);
    const createBackoff = (): Backoff =>
      new Backoff({
        baseMilliseconds: this.#timing.backoffBase,
        capMilliseconds: this.#timing.backoffCap,
        random: () => surroundings.random(),
      });
    this.#backoff = createBackoff();
    this.#connection = new Connection((status) => {
      try {
        onStatus?.(status);
      } catch (cause) {
        this.#fail('HANDLER_FAILED', 'onStatus threw', cause);
      }
    });
    this.#keeper = new CursorKeeper(
      cursorStore,
      (cause) => this.#fail('STORE_FAILED', 'The cursor could not be saved', cause),
      { backoff: createBackoff(), schedule: (milliseconds, call) => this.#timers.set('save', milliseconds, call) },
    );
    this.#acknowledgements = createAcknowledgements?.({
      surroundings,
      interval: this.#timing.acknowledge,
      send: (cursor) => this.#sendAck(cursor),
    });
    this.#queue = new EventQueue({
      onEvent,
      onReset: (reset) => onReset?.(reset),
      onRange: (range) =>
        attempt(
          () => onRange?.(range),
          () => undefined,
          (cause) => this.#fail('HANDLER_FAILED', 'onRange failed', cause),
        ),
      onFailure: (cause) => this.#fail('HANDLER_FAILED', 'A handler failed; delivery goes on', cause),
      onHandled: (cursor, isPause, isReset) => this.#handled(cursor, isPause, isReset),
    });
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  get cursor(): Cursor | undefined {
    return this.#cursor;
  }

  start(): void {
    this.#timers.set('start', 0, () => {
      this.#connection.signal('lost', 'starting');
      this.#load();
    });
  }

  ack(sequence: number | string): void {
    if (this.#acknowledgements === undefined) {
      throw new TypeError('Expected a durable subscription to acknowledge, found a filter');
    }
    this.#acknowledgements.want(sequence);
  }

  close(reason: StatusReason = 'closed'): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#acknowledgements?.flush();
      this.#acknowledgements?.stop();
      this.#timers.stop();
      this.#forgetWaking();
      this.#succession?.stop();
      this.#queue.stop(() => this.#keeper.finish(resolve));
      this.#connection.signal('closed', reason);
    });
    return this.#closed;
  }

  #load(): void {
    const { cursorStore } = this.#options;
    attempt(
      () => cursorStore?.load(),
      (stored) => {
        if (this.#closed === undefined) this.#connect(this.#parseStored(stored));
      },
      (cause) => {
        if (this.#closed !== undefined) return;
        const wait = this.#backoff.next();
        this.#timers.set('start', wait, () => this.#load());
        this.#connection.signal('lost', 'store-failed', wait);
        this.#fail('STORE_FAILED', 'The cursor could not be loaded', cause);
      },
    );
  }

  #parseStored(stored: unknown): Cursor | undefined {
    if (stored === undefined || stored === null) return undefined;
    try {
      const cursor = parseCursor(stored, '');
      this.#keeper.begin(cursor);
      return cursor;
    } catch (cause) {
      if (!isTidingsError(cause)) throw cause;
      this.#fail('STORE_UNREADABLE', 'What was stored is no cursor: beginning as if nothing was', cause);
      return undefined;
    }
  }

  #connect(stored: Cursor | undefined): void {
    if (this.#closed !== undefined) return;
    const { url, token, strict = false } = this.#options;
    const surroundings = this.#surroundings;
    const timing = this.#timing;
    const rule = new DeliveryRule({
      start: stored ?? this.#begin,
      strict,
      isNewsWanted: this.#wantsRanges,
    });
    this.#cursor = rule.cursor;
    const intake: Intake = new Intake({
      rule,
      queue: this.#queue,
      capacity: timing.queue,
      onFull: () => {
        this.#connection.signal('held-up', 'handler-slow');
        intake.whenDrained(() => this.#succession?.current?.askPage());
      },
    });
    this.#succession = new Succession({
      url,
      wish: this.#wish,
      token,
      connection: this.#connection,
      intake,
      surroundings,
      timing,
      report: (error) => this.#report(error),
      onRefused: (error) => {
        this.#report(error);
        void this.close('refused');
      },
      onSubscribed: () => this.#acknowledgements?.retry(),
      onCaughtUp: () => {
        this.#keeper.save();
        this.#acknowledgements?.retry();
      },
      onAcknowledged: (cursor) => this.#acknowledgements?.confirm(cursor),
    });
    this.#succession.connect();
    this.#forgetWaking = this.#surroundings.whenAwake(() => this.#succession?.wake());
  }

  #handled(cursor: Cursor, isPause: boolean, isReset: boolean): void {
    this.#cursor = cursor;
    this.#keeper.note(cursor);
    if (isPause) this.#keeper.save();
    if (this.#closed === undefined) this.#acknowledgements?.handled(cursor, isReset);
  }

  #sendAck(cursor: Cursor): boolean {
    const wish = this.#wish;
    return 'subscription' in wish && (this.#succession?.current?.acknowledge(wish.subscription, cursor) ?? false);
  }

  #fail(code: DeliveryErrorCode, message: string, cause: unknown): void {
    this.#report(new DeliveryError(code, message, { cause }));
  }

  #report(error: DeliveryError): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // Whoever is told of errors has failed itself: there is nobody left to tell.
    }
  }
}
