import type { RecordedEvent } from '@tidings/contracts';
import type { ConnectionSignal, ConnectionState } from '../delivery/connection.ts';
import { createDelivery } from '../delivery/create-delivery.ts';
import type { DeliveryError } from '../delivery/delivery-error.ts';
import type { Delivery, SubscriptionOptions } from '../delivery/options.ts';
import type { WholeEvents } from '../live/whole-event.ts';
import type { Consumer } from './consumer.ts';
import type { SubscriptionApi } from './subscription-api.ts';

export interface SocketOptions {
  readonly delivery: Omit<SubscriptionOptions, 'onEvent' | 'onReset' | 'onStatus' | 'onError' | 'strict'>;
  readonly consumer: Consumer;
  readonly api: Pick<SubscriptionApi, 'acknowledge'>;
  readonly createWhole: () => WholeEvents;
  readonly report: (error: DeliveryError) => void;
}

/**
 * Consumes over a socket. The hub says nothing twice on the same one: when a handler has failed, the socket is left, and
 * the next one begins with the event that failed, because that is where the subscription stands.
 */
export class SocketTransport {
  readonly #options: SocketOptions;
  /** Up to here the handlers are done: what comes again on the next socket is passed over. */
  #done = 0;
  /** What of it has been acknowledged over HTTP. */
  #acknowledged = 0;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  /** Settles when the consumer is to end and has. @throws DeliveryError if the hub refuses for good */
  async run(): Promise<void> {
    const { consumer } = this.#options;
    while (!consumer.isStopping) {
      await this.#session();
      await consumer.pause('handler-failed', 'lost');
    }
  }

  async #session(): Promise<void> {
    const { consumer, report } = this.#options;
    const whole = this.#options.createWhole();
    let refusal: DeliveryError | undefined;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const window = consumer.openWindow((sequence) => {
      this.#done = sequence;
      consumer.succeeded();
      delivery.ack(sequence);
    }, end);
    const begin = async (event: RecordedEvent): Promise<void> => {
      const needed = whole.isNeeded(event) ? await whole.fetch(event) : event;
      if (needed !== undefined && !consumer.isStopping) await window.offer(needed);
    };
    const delivery: Delivery = createDelivery({
      ...this.#options.delivery,
      // What is acknowledged covers everything below it, so nothing may come late.
      strict: true,
      onEvent: (event) => {
        // What follows a failure comes again on the next socket.
        if (consumer.isStopping || window.hasFailed) return undefined;
        if (Number(event.sequence) > this.#done) return begin(event);
        delivery.ack(event.sequence);
        return undefined;
      },
      onReset: async (reset) => {
        await consumer.patiently(window.drained());
        this.#done = this.#acknowledged = 0;
        await consumer.tellReset(reset);
        await this.#acknowledge({ epoch: reset.epoch, sequence: reset.oldest - 1 });
      },
      onStatus: ({ state, reason, retryMilliseconds }) => {
        if (state === 'closed') {
          if (reason === 'refused') end();
        } else consumer.connection.signal(SIGNALS[state], reason, retryMilliseconds);
      },
      onError: (error) => {
        refusal = error;
        report(error);
      },
    });
    const forget = consumer.whenStopping(end);
    await ended;
    forget();
    whole.stop();
    await consumer.patiently(window.drained());
    const { cursor } = delivery;
    if (delivery.state === 'closed' && refusal !== undefined) throw refusal;
    // Not waited for: it may wait for a handler that is not waited for any more.
    void delivery.close();
    // Over HTTP, because of what a socket is told just before it is closed nobody knows whether it has come.
    if (cursor !== undefined && this.#done > this.#acknowledged) {
      await this.#acknowledge({ epoch: cursor.epoch, sequence: this.#done });
      this.#acknowledged = this.#done;
    }
  }

  async #acknowledge(place: { readonly epoch: string; readonly sequence: number }): Promise<void> {
    const { api, consumer } = this.#options;
    try {
      await api.acknowledge(place);
    } catch (cause) {
      consumer.fail('HUB_FAILED', 'An acknowledgement failed: what it was for may come again', cause);
    }
  }
}

/** How a consumer takes the states of its socket. */
const SIGNALS = {
  connecting: 'lost',
  'catching-up': 'subscribed',
  live: 'caught-up',
  behind: 'held-up',
} as const satisfies Readonly<Record<Exclude<ConnectionState, 'closed'>, ConnectionSignal>>;
