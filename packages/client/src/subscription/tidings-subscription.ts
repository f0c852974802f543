import { describe, parseFilter, parseStart, parseSubscriptionName, type RecordedEvent } from '@tidings/contracts';
import { Connection, type ConnectionState } from '../delivery/connection.ts';
import { DeliveryError } from '../delivery/delivery-error.ts';
import { completeSurroundings } from '../delivery/surroundings.ts';
import { TIMING } from '../delivery/timing.ts';
import type { TidingsEvent } from '../events/typed-events.ts';
import { originOf, type Web, webPlatform, whenAborted } from '../live/web.ts';
import { WholeEvents } from '../live/whole-event.ts';
import { Consumer } from './consumer.ts';
import { Deliveries, type SubscriptionDelivery } from './deliveries.ts';
import type { StopOptions, TidingsSubscriptionOptions } from './options.ts';
import { PullTransport, refusalForGood } from './pull-transport.ts';
import { SocketTransport } from './socket-transport.ts';
import { SubscriptionApi } from './subscription-api.ts';

const PAGE = { default: 100, most: 1000 };
const IDLE = { least: 1000, most: 20_000 };

/**
 * Consumes a durable subscription: the hub keeps filter and cursor under its name.
 *
 * Each event comes at least once, in order. It is acknowledged when its handler is done, together with everything before
 * it; what was not acknowledged when the process ended comes again in its next life, and so may what was, if the hub was
 * not reached. Handlers that are called `concurrency` at a time begin in order; of those that ended before one that
 * failed, those after it come again too. So a handler must bear to see an event twice.
 *
 * A paused subscription is waited for. One that was deleted, or a token without the scope, ends the consumer: `ended`
 * rejects.
 */
export class TidingsSubscription {
  readonly #options: TidingsSubscriptionOptions;
  readonly #consumer: Consumer;
  readonly #connection: Connection;
  readonly #api: SubscriptionApi;
  readonly #concurrency: number;
  readonly #ended: Promise<void>;
  #settle: { resolve(): void; reject(cause: unknown): void } = { resolve: () => undefined, reject: () => undefined };
  #deliveries: Deliveries | undefined;
  #reported: DeliveryError | undefined;
  #phase: 'new' | 'running' | 'stopped' = 'new';

  /**
   * Begins nothing yet.
   * @throws TypeError, TidingsError SUBSCRIPTION_INVALID, FILTER_INVALID, CURSOR_INVALID if the options cannot be used
   */
  constructor(options: TidingsSubscriptionOptions) {
    requireUsable(options);
    this.#options = options;
    const { name, token, concurrency = 1, onReset } = options;
    const surroundings = completeSurroundings(options.surroundings, options.webSocket);
    const timing = { ...TIMING, ...options.timing };
    this.#concurrency = concurrency;
    this.#ended = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody need look at it; whoever does is told.
    this.#ended.catch(() => undefined);
    this.#connection = new Connection((status) => this.#tell('onStatus', () => options.onStatus?.(status)));
    this.#consumer = new Consumer({
      concurrency,
      handle: (event) => this.#handle(event),
      onReset: (reset) => onReset?.(reset),
      report: (error) => this.#report(error),
      connection: this.#connection,
      surroundings,
      timing,
    });
    this.#api = new SubscriptionApi({
      apiUrl: trimmed(options.apiUrl),
      name,
      token,
      web: this.#web,
      surroundings,
      timing,
    });
  }

  /** What the consumer is at. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Settles when the consumer has ended: resolves after `stop`, rejects with a `DeliveryError` if the hub refuses for good. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /**
   * Begins; calling it again changes nothing.
   * @throws Error after `stop`, or without `onEvent`
   */
  start(): void {
    if (this.#options.onEvent === undefined && this.#deliveries === undefined) {
      throw new Error('Expected onEvent to give events to, found nothing: pass it, or loop over deliveries()');
    }
    if (this.#phase === 'stopped') throw new Error('Expected a consumer that was not stopped: make another one');
    if (this.#phase === 'running') return;
    this.#phase = 'running';
    const { signal } = this.#options;
    const forget = whenAborted(signal, () => void this.stop());
    if (signal?.aborted) void this.stop();
    void this.#run().finally(forget);
  }

  /**
   * Gives out no event any more, waits for the handlers that are at work, and acknowledges what is done. Calling it again
   * only waits, or shortens the wait. Do not wait for it in a handler, or in a loop before `ack()`: it waits for those.
   */
  async stop({ timeout }: StopOptions = {}): Promise<void> {
    const wasNew = this.#phase === 'new';
    this.#phase = 'stopped';
    this.#consumer.stop();
    this.#deliveries?.stop();
    if (wasNew) this.#end(undefined);
    const { surroundings } = this.#options;
    const cancel =
      timeout === undefined
        ? undefined
        : completeSurroundings(surroundings).schedule(timeout, () => this.#consumer.giveUp());
    await this.#ended.catch(() => undefined);
    cancel?.();
  }

  /**
   * The events for `for await`, in place of `onEvent`: say `ack()` of each that was dealt with. With a `concurrency` of 1,
   * one that was not acknowledged when the loop asks for the next was not dealt with: it comes again after a while. With
   * more, so many are given before the first of them has been acknowledged or not (`nack()`). `stop` waits for what the
   * loop has been given. Leaving the loop stops the consumer; what stopped it otherwise ends the loop, by throwing if the
   * hub refuses.
   * @throws Error if there is `onEvent`, or another such loop
   */
  deliveries(): AsyncIterable<SubscriptionDelivery, undefined> {
    return {
      [Symbol.asyncIterator]: () => {
        if (this.#options.onEvent !== undefined || this.#deliveries !== undefined) {
          throw new Error('Expected a consumer without onEvent and with one loop only, found another taker of events');
        }
        const deliveries = new Deliveries(this.#concurrency, () => void this.stop());
        this.#deliveries = deliveries;
        this.start();
        return deliveries.iterator;
      },
    };
  }

  get #web(): Web {
    return { fetch: (url, request) => (this.#options.fetch ?? webPlatform().fetch)(url, request) };
  }

  async #run(): Promise<void> {
    try {
      await this.#ensure();
      await this.#transport().run();
      this.#end(undefined);
    } catch (cause) {
      const isRefusal = cause instanceof DeliveryError;
      const error = isRefusal ? cause : new DeliveryError('HUB_FAILED', 'The consumer broke', { cause });
      if (error !== this.#reported) this.#report(error);
      this.#end(error);
    }
  }

  #end(error: DeliveryError | undefined): void {
    this.#phase = 'stopped';
    this.#connection.signal('closed', error === undefined ? 'closed' : 'refused');
    this.#deliveries?.end(error && { cause: error });
    if (error === undefined) this.#settle.resolve();
    else this.#settle.reject(error);
  }

  /** Creates the subscription, if that is asked for. @throws DeliveryError */
  async #ensure(): Promise<void> {
    const { create } = this.#options;
    const consumer = this.#consumer;
    if (create === undefined) return;
    const forget = consumer.whenStopping(() => this.#api.abort());
    for (;;) {
      if (consumer.isStopping) break;
      try {
        await this.#api.ensure(create.filter, create.cursor);
        break;
      } catch (cause) {
        if (consumer.isStopping) break;
        const refusal = refusalForGood(cause);
        if (refusal !== undefined) throw refusal;
        consumer.fail('HUB_FAILED', 'The subscription could not be created; that is tried again', cause);
        await consumer.pause('hub-failed', 'lost');
      }
    }
    forget();
  }

  #transport(): { run(): Promise<void> } {
    const { name: subscription, token, url = '', limit = PAGE.default, idle } = this.#options;
    const [api, consumer] = [this.#api, this.#consumer];
    const surroundings = completeSurroundings(this.#options.surroundings, this.#options.webSocket);
    const timing = { ...TIMING, ...this.#options.timing };
    if (this.#options.transport !== 'socket') {
      const { acknowledge } = timing;
      return new PullTransport({ api, consumer, limit, idle: { ...IDLE, ...idle }, acknowledge, surroundings });
    }
    const report = (error: DeliveryError): void => this.#report(error);
    return new SocketTransport({
      api,
      consumer,
      delivery: { url, token, subscription, surroundings, timing },
      createWhole: () =>
        new WholeEvents({
          apiUrl: this.#options.apiUrl,
          web: this.#web,
          token: (isRefused) => token(isRefused ? 'refused' : 'connect'),
          surroundings,
          timing,
          report,
        }),
      report,
    });
  }

  #handle(event: RecordedEvent): unknown {
    // The hub validates the data of each type.
    const typed = event as unknown as TidingsEvent;
    return this.#deliveries === undefined ? this.#options.onEvent?.(typed) : this.#deliveries.handle(typed);
  }

  #tell(name: string, call: () => void): void {
    try {
      call();
    } catch (cause) {
      this.#report(new DeliveryError('HANDLER_FAILED', `${name} threw`, { cause }));
    }
  }

  #report(error: DeliveryError): void {
    this.#reported = error;
    try {
      if (this.#options.onError === undefined) webPlatform().console?.error(error);
      else this.#options.onError(error);
    } catch {
      // Whoever is told of errors has failed itself: there is nobody left to tell.
    }
  }
}

const trimmed = (apiUrl: string): string => apiUrl.replace(/\/+$/, '');

function requireUsable(options: TidingsSubscriptionOptions): void {
  const {
    apiUrl,
    name,
    token,
    transport = 'pull',
    url,
    concurrency = 1,
    onEvent,
    create,
    limit = PAGE.default,
  } = options;
  if (typeof apiUrl !== 'string' || originOf(apiUrl) === undefined) {
    throw new TypeError(`Expected an apiUrl https://…, found ${describe(apiUrl)}`);
  }
  parseSubscriptionName(name, '/name');
  if (typeof token !== 'function')
    throw new TypeError(`Expected token to be a function that gives one, found ${describe(typeof token)}`);
  if (transport !== 'pull' && transport !== 'socket') {
    throw new TypeError(`Expected the transport "pull" or "socket", found ${describe(transport)}`);
  }
  if (transport === 'socket' && !/^wss?:\/\//.test(String(url))) {
    throw new TypeError(`Expected a url wss://… for the transport "socket", found ${describe(url)}`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new TypeError(`Expected a concurrency of 1 or more, found ${describe(concurrency)}`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE.most) {
    throw new TypeError(`Expected a limit from 1 to ${PAGE.most}, found ${describe(limit)}`);
  }
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw new TypeError(`Expected onEvent to be a function, found ${describe(onEvent)}`);
  }
  if (create === undefined) return;
  parseFilter(create.filter, '/create/filter');
  if (create.cursor !== undefined && create.cursor !== 'oldest') parseStart(create.cursor, '/create/cursor');
}
