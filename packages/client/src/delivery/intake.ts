import type { Cursor, EventsFrame, RecordedEvent, ResetFrame, SubscribedFrame } from '@tidings/contracts';
import type { DeliveryRule, Due, PageEnd, Question } from './delivery.ts';
import type { EventQueue } from './event-queue.ts';
import type { DeliveryRange } from './news.ts';

export interface IntakeOptions {
  readonly rule: DeliveryRule;
  readonly queue: EventQueue;
  /** Most events that wait for the handler. A page may go over it, because it was asked for when there was room. */
  readonly capacity: number;
  /** Live events are dropped from now on, until everything has been handled. */
  readonly onFull: () => void;
}

/** From frames to the handler: what all sockets of a client feed, so that none repeats what another has brought. */
export class Intake {
  readonly #options: IntakeOptions;
  /** What the queue will have brought the cursor to. */
  #queued: Cursor | undefined;
  #isDropping = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#queued = options.rule.cursor;
  }

  get isPageDue(): boolean {
    return this.#options.rule.isPageDue;
  }

  get needsEpoch(): boolean {
    return this.#options.rule.needsEpoch;
  }

  /** Whether a page may be asked for. */
  get hasRoom(): boolean {
    const { queue, capacity } = this.#options;
    // Whoever waits for an empty queue must find room then, in whatever order those who wait are called.
    return queue.isDrained || (queue.length < capacity && !this.#isDropping);
  }

  whenDrained(call: () => void): void {
    this.#options.queue.whenDrained(call);
  }

  ask(): Question {
    return this.#options.rule.ask();
  }

  begin(frame: SubscribedFrame): void {
    this.#put(this.#options.rule.begin(frame));
  }

  take(frame: EventsFrame<RecordedEvent>): void {
    const { rule, queue, capacity } = this.#options;
    if (queue.isDrained) this.#isDropping = false;
    if (frame.replay || (!this.#isDropping && queue.length + frame.events.length <= capacity)) {
      this.#put(rule.take(frame));
      return;
    }
    rule.skip(frame);
    this.#tell(rule.news.takeGaps());
    if (this.#isDropping) return;
    this.#isDropping = true;
    this.#options.onFull();
  }

  /** @returns whether that was the last page for now */
  settle(page: PageEnd, question: Question): boolean {
    const { due, isCaughtUp } = this.#options.rule.settle(page, question);
    this.#put(due);
    return isCaughtUp;
  }

  /** @returns whether history was cut for us */
  reset(frame: ResetFrame, question: Question): boolean {
    const { rule, queue } = this.#options;
    const previous = this.#queued;
    if (!rule.reset(frame, question)) return false;
    const { reason, epoch, oldest, head } = frame;
    const cursor = rule.cursor;
    if (cursor === undefined) throw new Error('Expected a cursor after a reset, found none');
    this.#queued = cursor;
    queue.put([{ kind: 'reset', reset: { reason, epoch, oldest, head, previous }, cursor }]);
    return true;
  }

  #put(due: readonly Due[]): void {
    const { rule, queue } = this.#options;
    const { cursor, news } = rule;
    this.#tell(news.takeGaps());
    // The last event that moves the cursor may bring it as far as it has come: then there is nothing else to note.
    const noted = due.findLast((one) => one.cursor !== undefined)?.cursor ?? this.#queued;
    const hasMoved = cursor?.sequence !== noted?.sequence || cursor?.epoch !== noted?.epoch;
    this.#queued = cursor;
    const events = due.map((one) => ({ kind: 'event', ...one }) as const);
    queue.put(cursor !== undefined && hasMoved ? [...events, { kind: 'cursor', cursor }] : events);
    // Known is what has been given, so it is told behind its events.
    this.#tell(news.takeKnown());
  }

  #tell(ranges: readonly DeliveryRange[]): void {
    if (ranges.length > 0) this.#options.queue.put(ranges.map((range) => ({ kind: 'range', range }) as const));
  }
}
