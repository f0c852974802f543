import type { RecordedEvent } from '@tidings/contracts';
import { Backoff } from '../delivery/backoff.ts';
import { DeliveryError } from '../delivery/delivery-error.ts';
import type { Surroundings } from '../delivery/surroundings.ts';
import type { Timing } from '../delivery/timing.ts';
import { originOf, type Web } from './web.ts';
import { isPassing, type WebAnswer, WebCaller } from './web-caller.ts';

export interface WholeEventsOptions {
  /** Only what lies on its origin is fetched: the token is nobody else's business. */
  readonly apiUrl: string | undefined;
  readonly web: Web;
  /** @param isRefused the hub did not take the last one */
  readonly token: (isRefused: boolean) => string | PromiseLike<string>;
  readonly surroundings: Pick<Surroundings, 'schedule' | 'random'>;
  readonly timing: Pick<Timing, 'attempt' | 'backoffBase' | 'backoffCap'>;
  readonly report: (error: DeliveryError) => void;
}

/** Fetches the whole of events that were too large for a socket, and came with `dataref` in place of their data. */
export class WholeEvents {
  readonly #options: WholeEventsOptions;
  readonly #origin: string | undefined;
  readonly #caller: WebCaller;
  #wake: (() => void) | undefined;
  #isStopped = false;

  constructor(options: WholeEventsOptions) {
    this.#options = options;
    this.#caller = new WebCaller(options.web, options.surroundings, options.timing.attempt);
    this.#origin = options.apiUrl === undefined ? undefined : originOf(options.apiUrl);
  }

  /** Whether the event lacks its data, and we may fetch it. */
  isNeeded({ data, dataref }: RecordedEvent): boolean {
    return (
      data === undefined &&
      typeof dataref === 'string' &&
      this.#origin !== undefined &&
      originOf(dataref) === this.#origin
    );
  }

  /** Ends what is under way, and tries nothing again. */
  stop(): void {
    this.#isStopped = true;
    this.#caller.abort();
    this.#wake?.();
  }

  /**
   * The event with its data. What may pass is tried again with back-off, for ever.
   * @returns the event as it came if there is no whole of it for us; `undefined` after `stop`
   */
  async fetch(event: RecordedEvent): Promise<RecordedEvent | undefined> {
    const { timing, surroundings, report } = this.#options;
    const backoff = new Backoff({
      baseMilliseconds: timing.backoffBase,
      capMilliseconds: timing.backoffCap,
      random: () => surroundings.random(),
    });
    for (let status = 0; !this.#isStopped; ) {
      let cause: unknown;
      try {
        const answer = await this.#ask(event, status === 401);
        status = answer.status;
        if (status === 200) return { ...JSON.parse(answer.text), sequence: event.sequence } as RecordedEvent;
        cause = new Error(`Expected 200, found ${status}`);
      } catch (thrown) {
        status = 0;
        cause = thrown;
      }
      if (this.#isStopped) break;
      const failed = (code: 'DATA_FAILED' | 'DATA_GONE' | 'DATA_REFUSED', what: string): void =>
        report(new DeliveryError(code, `The whole of a large event ${what}`, { cause, eventId: event.id }));
      if (status === 404 || status === 410) failed('DATA_GONE', 'is there no more; it comes without data');
      else if (status >= 400 && status !== 401 && !isPassing(status)) {
        failed('DATA_REFUSED', 'is not for this token; it comes without data');
      } else {
        failed('DATA_FAILED', 'could not be fetched; that is tried again');
        await this.#pause(backoff.next());
        continue;
      }
      return event;
    }
    return undefined;
  }

  #ask(event: RecordedEvent, isRefused: boolean): Promise<WebAnswer> {
    return this.#caller.call(String(event.dataref), async () => {
      const authorization = `Bearer ${await this.#options.token(isRefused)}`;
      return { method: 'GET', headers: { authorization, accept: 'application/cloudevents+json' } };
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.surroundings.schedule(milliseconds, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
