import type { Filter, RecordedEvent } from '@tidings/contracts';
import { Failure, Stopped, UsageError } from './failure.ts';
import { filterQuery, type HubApi } from './hub-api.ts';

/** Where a replay stands: everything up to here has been handed over, or was not for this reader. */
export interface Position {
  readonly epoch: string;
  readonly sequence: number;
}

export interface ReplayOptions {
  readonly api: Pick<HubApi, 'page'>;
  readonly filter: Filter;
  /** Without an epoch, the reading begins with the first event after it that is left. */
  readonly after: { readonly sequence: number; readonly epoch?: string | undefined };
  /** The last sequence; where the log ends when the reading begins, if that comes sooner or nothing is given. */
  readonly until: number | undefined;
  readonly pageLimit: number;
  /** Deals with an event; the next waits for it. */
  readonly onEvent: (event: RecordedEvent) => Promise<void>;
  /**
   * @param begin where the reading has begun, as soon as that is known
   * @param end where it will end
   */
  readonly onPage?: (position: Position, begin: number, end: number) => Promise<void> | void;
  /** Whether there is enough: asked after each event. */
  readonly isEnough?: () => boolean;
  readonly stop: AbortSignal;
}

/**
 * Reads a log page by page. However it ends, it can go on from {@link position}, and then brings each event once.
 */
export class LogReplay {
  readonly #options: ReplayOptions;
  #position: Position | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** Undefined until the hub has said which history it is. */
  get position(): Position | undefined {
    return this.#position;
  }

  /**
   * @throws Stopped when the signal ends it
   * @throws Failure, Unreachable as a page does; HISTORY_CUT where the log was cut or replaced while it was read
   */
  async run(): Promise<void> {
    const { api, filter, after, until = Number.POSITIVE_INFINITY, pageLimit, onPage, stop } = this.#options;
    let { epoch, sequence } = after;
    let begin: number | undefined;
    let end: number | undefined;
    do {
      if (stop.aborted) throw new Stopped('Stopped between two pages');
      const limit = Math.min(pageLimit, until - sequence);
      const query = { ...filterQuery(filter), after: `${sequence}`, epoch, limit: `${limit}` };
      const page = await api.page('/events', query);
      if (begin === undefined && sequence > page.head) {
        throw new UsageError(`there is no sequence ${sequence} yet: the log ends with ${page.head}`);
      }
      end ??= Math.min(until, page.head);
      // What retention has taken is not part of the way.
      begin ??= Math.max(sequence, Number(page.events[0]?.sequence ?? 0) - 1);
      if (page.through <= sequence && sequence < end) {
        throw new Failure(`the page after ${sequence} ends at ${page.through}: the hub leads nowhere`);
      }
      epoch = page.epoch;
      this.#position ??= { epoch, sequence: Math.min(sequence, page.head) };
      await this.#handOver(page.events, epoch, end);
      if (this.#options.isEnough?.()) return;
      sequence = Math.min(page.through, end);
      this.#position = { epoch, sequence: Math.max(sequence, this.#position.sequence) };
      await onPage?.(this.#position, Math.min(begin, end), end);
    } while (sequence < end);
  }

  async #handOver(events: readonly RecordedEvent[], epoch: string, end: number): Promise<void> {
    const { onEvent, isEnough, stop } = this.#options;
    for (const event of events) {
      const sequence = Number(event.sequence);
      if (sequence > end || isEnough?.()) return;
      if (stop.aborted) throw new Stopped('Stopped between two events');
      await onEvent(event);
      this.#position = { epoch, sequence };
    }
  }
}
