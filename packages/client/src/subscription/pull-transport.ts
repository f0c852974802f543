import { type Cursor, TidingsError } from '@tidings/contracts';
import { type HubError, isHubError } from '../api/hub-error.ts';
import { DeliveryError } from '../delivery/delivery-error.ts';
import type { Cancel, Surroundings } from '../delivery/surroundings.ts';
import type { Consumer } from './consumer.ts';
import { cutIn, type HistoryCut, type PulledPage, type SubscriptionApi } from './subscription-api.ts';

export interface PullOptions {
  readonly api: SubscriptionApi;
  readonly consumer: Consumer;
  readonly limit: number;
  readonly idle: { readonly least: number; readonly most: number };
  /** Milliseconds between acknowledgements within a page. */
  readonly acknowledge: number;
  readonly surroundings: Pick<Surroundings, 'random' | 'schedule'>;
}

type Place = { readonly epoch: string; readonly sequence: number };

/** Questions while nothing comes spread over so much of their wait. */
const IDLE_JITTER = 0.25;

/** Pulls pages, one after the other without a pause while there are more, and acknowledges what is done. */
export class PullTransport {
  readonly #options: PullOptions;
  /** Up to here the handlers are done, whether the hub knows or not: what comes again is passed over. */
  #done: Place | undefined;
  /** Up to here the hub has said that it knows. */
  #confirmed: Place | undefined;
  #wait = 0;

  constructor(options: PullOptions) {
    this.#options = options;
  }

  /** Settles when the consumer is to end and has. @throws DeliveryError if the hub refuses for good */
  async run(): Promise<void> {
    const { api, consumer, limit } = this.#options;
    consumer.whenStopping(() => api.abort());
    while (!consumer.isStopping) {
      try {
        const page = await api.pull(limit);
        if (!consumer.isStopping) await this.#work(page);
      } catch (cause) {
        await this.#recover(cause);
      }
    }
    try {
      await this.#acknowledge();
    } catch (cause) {
      consumer.fail('HUB_FAILED', 'The last acknowledgement failed: what it was for comes again', cause);
    }
  }

  async #work(page: PulledPage): Promise<void> {
    const { consumer } = this.#options;
    const { cursor, epoch, events, through, head } = page;
    consumer.connection.signal('subscribed', 'subscribed');
    // In another history, or in another subscription that was made under the same name, nothing was done.
    if (epoch !== this.#done?.epoch || cursor.sequence < (this.#confirmed?.sequence ?? 0)) this.#done = undefined;
    this.#confirmed = cursor;
    const passed = this.#done?.sequence ?? 0;
    const report = this.#reporter();
    const window = consumer.openWindow((sequence) => {
      this.#done = { epoch, sequence };
      consumer.succeeded();
      report.soon();
    });
    let isWhole = true;
    for (const event of events) {
      if (Number(event.sequence) <= passed) continue;
      isWhole = !consumer.isStopping && !window.hasFailed;
      if (!isWhole) break;
      const room = window.offer(event);
      if (room !== undefined) await consumer.patiently(room);
    }
    await consumer.patiently(window.drained());
    await report.stop();
    isWhole &&= !window.hasFailed && !consumer.isStopping;
    if (isWhole) this.#done = { epoch, sequence: Math.max(through, passed) };
    await this.#acknowledge();
    if (window.hasFailed) await consumer.pause('handler-failed');
    else if (through < head) consumer.connection.signal('more', 'more-to-read');
    else await this.#rest(events.length === 0);
  }

  /** Everything has come. */
  async #rest(isIdle: boolean): Promise<void> {
    const { consumer, idle, surroundings } = this.#options;
    if (consumer.isStopping) return;
    consumer.connection.signal('caught-up', 'caught-up');
    consumer.succeeded();
    this.#wait = isIdle ? Math.min(idle.most, Math.max(idle.least, this.#wait * 2)) : idle.least;
    await consumer.sleep(this.#wait * (1 - IDLE_JITTER * surroundings.random()));
  }

  /** Acknowledges now and then while a long page is worked at. What fails is acknowledged with the rest. */
  #reporter(): { soon(): void; stop(): Promise<void> } {
    const { surroundings, acknowledge } = this.#options;
    let cancel: Cancel | undefined;
    let sending: Promise<void> | undefined;
    const send = (): void => {
      sending = this.#acknowledge()
        .catch(() => undefined)
        .then(() => {
          cancel = undefined;
          if (!this.#isConfirmed) soon();
        });
    };
    let isStopped = false;
    const soon = (): void => {
      if (!isStopped) cancel ??= surroundings.schedule(acknowledge, send);
    };
    return {
      soon,
      stop: async () => {
        isStopped = true;
        cancel?.();
        await sending;
      },
    };
  }

  /** Whether the hub knows how far we are. */
  get #isConfirmed(): boolean {
    const [done, confirmed] = [this.#done, this.#confirmed];
    return done === undefined || (confirmed?.epoch === done.epoch && confirmed.sequence >= done.sequence);
  }

  async #acknowledge(): Promise<void> {
    const done = this.#done;
    if (done === undefined || this.#isConfirmed) return;
    await this.#options.api.acknowledge(done);
    this.#confirmed = done;
  }

  async #recover(cause: unknown): Promise<void> {
    const { consumer } = this.#options;
    const refusal = refusalIn(cause);
    const cut = refusal && cutIn(refusal);
    if (cut !== undefined) return this.#beginAnew(cut);
    if (refusal?.code === 'SUBSCRIPTION_PAUSED') {
      consumer.connection.signal('subscribed', 'subscribed');
      await consumer.pause('subscription-paused');
      return;
    }
    // What was acknowledged counts in a history that is no more: the next page says so.
    const isStale = refusal?.code === 'EPOCH_MISMATCH' || refusal?.code === 'ACK_BEYOND_HEAD';
    if (isStale) this.#done = undefined;
    if (refusal !== undefined && !isPassing(refusal) && !isStale) throw refusedForGood(refusal);
    if (consumer.isStopping) return;
    if (refusal !== undefined) consumer.fail('HUB_REFUSED', refusal.message, causeOf(refusal));
    else consumer.fail('HUB_FAILED', 'The hub could not be asked; that is tried again', cause);
    await consumer.pause(refusal?.status === 401 ? 'token-refused' : 'hub-failed', 'lost', refusal?.retryAfter);
  }

  async #beginAnew({ reason, epoch, oldest, head }: HistoryCut): Promise<void> {
    const { api, consumer } = this.#options;
    await consumer.tellReset({ reason, epoch, oldest, head, previous: this.#done as Cursor | undefined });
    this.#done = undefined;
    this.#confirmed = undefined;
    if (consumer.isStopping) return;
    try {
      await api.acknowledge({ epoch, sequence: oldest - 1 });
    } catch (cause) {
      await this.#recover(cause);
    }
  }
}

/** What the hub has answered, if it has. */
const refusalIn = (cause: unknown): HubError | undefined =>
  isHubError(cause) && (cause.status ?? 0) >= 300 ? cause : undefined;

/** Whether another try may help, with another token at least. */
const isPassing = ({ retryable, status }: HubError): boolean => retryable || status === 401;

/** A refusal that no other try can change, as the error that ends a consumer; `undefined` for anything else. */
export function refusalForGood(cause: unknown): DeliveryError | undefined {
  const refusal = refusalIn(cause);
  return refusal === undefined || isPassing(refusal) ? undefined : refusedForGood(refusal);
}

const refusedForGood = (refusal: HubError): DeliveryError =>
  new DeliveryError('HUB_REFUSED', `The hub refuses: ${refusal.message}`, { cause: causeOf(refusal) });

/** What the hub has said, by its own code if it has named one. */
const causeOf = (refusal: HubError): Error =>
  refusal.problem === undefined
    ? refusal
    : new TidingsError(refusal.code as TidingsError['code'], refusal.detail, { errors: refusal.errors });
