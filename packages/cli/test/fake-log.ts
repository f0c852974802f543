/** An event as the hub delivers it. */
export const event = (sequence: number) => ({
  specversion: '1.0',
  id: `event-${sequence}`,
  source: 'com.tidings.bank',
  type: 'bank.test:created@v1',
  time: '2026-01-31T09:30:00Z',
  tenantid: 'acme',
  sequence: `${sequence}`.padStart(20, '0'),
  recordedtime: '2026-01-31T09:30:01Z',
  data: { number: sequence },
});

export type FakeEvent = ReturnType<typeof event>;

/** What one reader sees of a tenant's log: events that a test records, and numbers that are others'. */
export class FakeLog {
  epoch = 'e1';
  head = 41;
  /** Most events of a page, whatever is asked for. */
  pageLimit = Number.POSITIVE_INFINITY;
  readonly #events: FakeEvent[] = [];

  /** Records events with these sequences. */
  record(...sequences: readonly number[]): void {
    this.#events.push(...sequences.map(event));
    this.head = Math.max(this.head, ...sequences);
  }

  /** Begins anew, without events. */
  restart(epoch: string, head = 0): void {
    this.epoch = epoch;
    this.head = head;
    this.#events.length = 0;
  }

  page(after: number, limit = Number.POSITIVE_INFINITY) {
    const rest = this.#events.filter(({ sequence }) => Number(sequence) > after);
    const events = rest.slice(0, Math.min(limit, this.pageLimit));
    const through = events.length < rest.length ? Number(events.at(-1)?.sequence) : Math.max(this.head, after);
    return { epoch: this.epoch, events, through, head: this.head };
  }

  /** The frames that answer a question for the page after a cursor. */
  pageFrames(id: unknown, after: number): readonly object[] {
    const { events, through, head } = this.page(after);
    const page = { type: 'events', from: after + 1, through, replay: true, events };
    return [page, { type: 'synced', id, epoch: this.epoch, through, head, events: events.length }];
  }
}
