import { UNHANDLED } from '../delivery/event-queue.ts';
import type { TidingsEvent } from '../events/typed-events.ts';
import { EventLoop } from '../live/event-loop.ts';

/** An event of a durable subscription, in a loop. */
export interface SubscriptionDelivery {
  readonly event: TidingsEvent;
  /** It has been dealt with, and will be acknowledged with what is before it. */
  ack(): void;
  /** It has not: it and what follows come again after a while. */
  nack(cause?: unknown): void;
}

/** Events as a loop takes them. */
export class Deliveries {
  readonly #concurrency: number;
  readonly #loop: EventLoop<SubscriptionDelivery>;
  /** The last that was handed to the loop: the next waits until the loop asks for it. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param onLeave the loop wants no more */
  constructor(concurrency: number, onLeave: () => void) {
    this.#concurrency = concurrency;
    this.#loop = new EventLoop(Number.POSITIVE_INFINITY, onLeave);
  }

  get iterator(): AsyncIterator<SubscriptionDelivery, undefined> {
    return this.#loop;
  }

  /** @returns a promise that resolves when the event is acknowledged, and rejects when it is not */
  handle(event: TidingsEvent): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const delivery = {
        event,
        ack: () => resolve(undefined),
        nack: (cause?: unknown) => reject(cause ?? new Error('The loop did not acknowledge it')),
      };
      this.#turn = this.#turn.then(async () => {
        const given = this.#loop.put(delivery);
        // The loop was left before.
        if (given === undefined) return resolve(UNHANDLED);
        const answer = await given;
        if (answer === UNHANDLED || this.#loop.isEnded) resolve(UNHANDLED);
        // Whoever takes one at a time and asks for the next has done with it; several may be dealt with in any order.
        else if (this.#concurrency === 1) delivery.nack();
      });
    });
  }

  /** Gives out no event any more. The one that the loop is dealing with may still be acknowledged. */
  stop(): void {
    this.#loop.end();
  }

  /** Nothing is acknowledged any more. @param failure what the loop is to throw */
  end(failure?: { readonly cause: unknown }): void {
    this.#loop.abandon(failure);
  }
}
