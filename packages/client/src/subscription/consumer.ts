import { describe, type RecordedEvent } from '@tidings/contracts';
import { Backoff } from '../delivery/backoff.ts';
import type { Connection, StatusReason } from '../delivery/connection.ts';
import { DeliveryError } from '../delivery/delivery-error.ts';
import { UNHANDLED } from '../delivery/event-queue.ts';
import type { DeliveryReset } from '../delivery/options.ts';
import type { Cancel, Surroundings } from '../delivery/surroundings.ts';
import type { Timing } from '../delivery/timing.ts';
import { Window } from './window.ts';

export interface ConsumerOptions {
  readonly concurrency: number;
  readonly handle: (event: RecordedEvent) => unknown;
  readonly onReset: (reset: DeliveryReset) => unknown;
  readonly report: (error: DeliveryError) => void;
  readonly connection: Connection;
  readonly surroundings: Surroundings;
  readonly timing: Timing;
}

/** What both ways of consuming need: handlers, failures, waiting, and the end of it. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #backoff: Backoff;
  #isStopping = false;
  /** Wakes whoever sleeps. */
  readonly #wake = new Set<() => void>();
  #giveUp: () => void = () => undefined;
  readonly #impatience: Promise<void>;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    const { surroundings, timing } = options;
    this.#backoff = new Backoff({
      baseMilliseconds: timing.backoffBase,
      capMilliseconds: timing.backoffCap,
      random: () => surroundings.random(),
    });
    this.#impatience = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
  }

  get connection(): Connection {
    return this.#options.connection;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Settles when it is to end. */
  whenStopping(call: () => void): Cancel {
    if (this.#isStopping) call();
    else this.#wake.add(call);
    return () => this.#wake.delete(call);
  }

  stop(): void {
    this.#isStopping = true;
    for (const wake of this.#wake) wake();
    this.#wake.clear();
  }

  /** Handlers are not waited for any more. */
  giveUp(): void {
    this.#giveUp();
  }

  /** Waits, but not longer than until it is to end. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        forget();
        resolve();
      };
      const cancel = this.#options.surroundings.schedule(milliseconds, end);
      let forget: Cancel = () => undefined;
      forget = this.whenStopping(end);
    });
  }

  /** Something failed: tells so, and waits. @param least milliseconds that the hub asked for */
  async pause(reason: StatusReason, signal: 'lost' | 'held-up' = 'held-up', least = 0): Promise<void> {
    if (this.#isStopping) return;
    const wait = Math.max(least, this.#backoff.next());
    this.#options.connection.signal(signal, reason, wait);
    await this.sleep(wait);
  }

  /** Something went well: the next wait is short again. */
  succeeded(): void {
    this.#backoff.reset();
  }

  openWindow(onProgress: (sequence: number) => void, onFailed?: () => void): Window<RecordedEvent> {
    const { concurrency, handle, report } = this.#options;
    return new Window({
      concurrency,
      handle,
      onProgress,
      onFailure: (cause, { id }) => {
        const message = `The event ${describe(id)} was not dealt with: it comes again, with what follows it`;
        if (cause !== UNHANDLED) report(new DeliveryError('HANDLER_FAILED', message, { cause, eventId: id }));
        onFailed?.();
      },
    });
  }

  /** Waits for handlers; when it is to end at once, not for them. */
  async patiently(handlers: Promise<void> | undefined): Promise<void> {
    if (handlers !== undefined) await Promise.race([handlers, this.#impatience]);
  }

  async tellReset(reset: DeliveryReset): Promise<void> {
    try {
      await this.#options.onReset(reset);
    } catch (cause) {
      this.fail('HANDLER_FAILED', 'onReset failed', cause);
    }
  }

  fail(code: DeliveryError['code'], message: string, cause: unknown): void {
    this.#options.report(new DeliveryError(code, message, { cause }));
  }
}
