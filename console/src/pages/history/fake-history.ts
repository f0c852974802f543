import type { Filter, HistoryPage, PageOptions, TidingsEvent } from '@tidings/client';
import type { HistoryReader } from './read-history.ts';

/** A history in memory that answers as a hub does, for tests. Each number has an event; a filter's subjects choose. */
export class FakeHistory implements HistoryReader {
  epoch = 'first';
  head: number;
  /** The first number that is kept. */
  oldest = 1;
  /** Events that the hub would put into one page, whatever is asked for. */
  pageSize = 1000;
  /** What was asked, in its order. */
  readonly asked: PageOptions[] = [];
  readonly #isVisible: (sequence: number) => boolean;

  constructor(head: number, isVisible: (sequence: number) => boolean = () => true) {
    this.head = head;
    this.#isVisible = isVisible;
  }

  async page(options: PageOptions = {}): Promise<HistoryPage> {
    return this.#answer(options) as HistoryPage;
  }

  #answer(options: PageOptions): object {
    this.asked.push(options);
    if (options.signal?.aborted) throw new Error('aborted');
    const { after = 0, since, limit = 100, filter } = options;
    const { epoch, head, oldest } = this;
    if (typeof after === 'object') {
      if (after.epoch !== epoch) return { kind: 'reset', reason: 'epoch', epoch, oldest, head };
      if (after.sequence > head) return { kind: 'reset', reason: 'ahead', epoch, oldest, head };
      if (after.sequence + 1 < oldest) return { kind: 'reset', reason: 'retention', epoch, oldest, head };
    }
    const asked = since === undefined ? Number(typeof after === 'object' ? after.sequence : after) : 0;
    const begin = Math.min(Math.max(asked, oldest - 1), head);
    const events: TidingsEvent[] = [];
    let through = begin;
    while (through < head && events.length < Math.min(limit, this.pageSize)) {
      through += 1;
      if (this.#isVisible(through) && chooses(filter, through)) events.push(eventOf(through));
    }
    return { kind: 'page', epoch, events, through, head };
  }
}

export const eventOf = (sequence: number): TidingsEvent =>
  ({ id: `e${sequence}`, subject: `item/${sequence}`, sequence: String(sequence).padStart(20, '0') }) as TidingsEvent;

export const numbersOf = (events: readonly TidingsEvent[]): readonly number[] =>
  events.map(({ sequence }) => Number(sequence));

const chooses = (filter: Filter | undefined, sequence: number): boolean =>
  filter?.subjects === undefined || filter.subjects.includes(`item/${sequence}`);
