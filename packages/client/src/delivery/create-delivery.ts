import { type Cursor, isTidingsError, parseCursor, parseSequence, type Start } from '@tidings/contracts';
import { Acknowledgements } from './acknowledgements.ts';
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
import { beginningOf, wishOf } from './wish.ts';

/**
 * Begins to deliver, and goes on until `close`: the first socket is opened after this function has returned.
 *
 * Every event that the filter and the token let through comes once. Tried again by itself, with back-off and for ever:
 * whatever closes a socket, a refused handshake (a browser does not learn why; the token function is asked for a new
 * token), a hub that is silent, busy or broken, a subscription that is paused, a token or store that fails. Not tried
 * again: what the hub says can never work, such as a filter that cannot be used, a durable subscription that does not
 * exist or a token without the scope for one; `onError` is told, and the state is `closed`.
 *
 * What will not happen: an event is not handed over twice, unless `onReset` has said in between that the history is
 * another; handlers are not called side by side; nothing is stored but the cursor; the whole of an event that comes with
 * `dataref`, because it was too large for a socket, is not fetched; the token is not verified, and never in the URL.
 *
 * @throws TypeError, TidingsError FILTER_INVALID, CURSOR_INVALID, SUBSCRIPTION_INVALID if the options cannot be used
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const client = new Client(options);
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
  readonly #begin: Start | 'head';
  readonly #surroundings: Required<Surroundings>;
  readonly #timing: Timing;
  readonly #timers: Timers<'start' | 'save'>;
  readonly #backoff: Backoff;
  readonly #connection: Connection;
  readonly #keeper: CursorKeeper;
  readonly #acknowledgements: Acknowledgements;
  readonly #queue: EventQueue;
  #succession: Succession | undefined;
  #cursor: Cursor | undefined;
  #closed: Promise<void> | undefined;
  #forgetWaking: Cancel = () => undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { onEvent, onReset, onStatus, cursorStore } = options;
    this.#wish = wishOf(options);
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
    this.#acknowledgements = new Acknowledgements({
      surroundings,
      interval: this.#timing.acknowledge,
      send: (cursor) => this.#sendAck(cursor),
    });
    this.#queue = new EventQueue({
      onEvent,
      onReset: (reset) => onReset?.(reset),
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
    if ('filter' in this.#wish) throw new TypeError('Expected a durable subscription to acknowledge, found a filter');
    const number = typeof sequence === 'string' && /^\d+$/.test(sequence) ? Number(sequence) : sequence;
    try {
      this.#acknowledgements.want(parseSequence(number, ''));
    } catch (cause) {
      throw new TypeError(`Expected a sequence to acknowledge, found ${String(sequence)}`, { cause });
    }
  }

  close(reason: StatusReason = 'closed'): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#acknowledgements.flush();
      this.#acknowledgements.stop();
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
    const rule = new DeliveryRule({ start: stored ?? this.#begin, strict });
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
      onSubscribed: () => this.#acknowledgements.retry(),
      onCaughtUp: () => {
        this.#keeper.save();
        this.#acknowledgements.retry();
      },
      onAcknowledged: (cursor) => this.#acknowledgements.confirm(cursor),
    });
    this.#succession.connect();
    this.#forgetWaking = this.#surroundings.whenAwake(() => this.#succession?.wake());
  }

  #handled(cursor: Cursor, isPause: boolean, isReset: boolean): void {
    this.#cursor = cursor;
    this.#keeper.note(cursor);
    if (isPause) this.#keeper.save();
    if (this.#closed === undefined) this.#acknowledgements.handled(cursor, isReset);
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
