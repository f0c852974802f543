import {
  asSequence,
  type Cursor,
  type EventsFrame,
  NO_EPOCH,
  type RecordedEvent,
  type ResetFrame,
  type Start,
  type SubscribedFrame,
  type SyncedFrame,
} from '@tidings/contracts';
import { News } from './news.ts';
import { Ranges } from './ranges.ts';

/** An event that is due now, and the cursor that holds as soon as it has been dealt with. */
export interface Due {
  readonly event: RecordedEvent;
  /** Absent if something before the event is still missing: the cursor stays where it is. */
  readonly cursor?: Cursor;
}

/**
 * How a page ended. A hub that says how many `events` it sent before lets the client notice that they were lost on the
 * way; if it does not say, a page whose events vanish is taken for an empty one. One that does not name the `epoch`
 * leaves it to `subscribed`.
 */
export type PageEnd = Pick<SyncedFrame, 'through' | 'head'> & Partial<Pick<SyncedFrame, 'epoch' | 'events'>>;

/** A question for a page, as it was when it was asked. */
export interface Question {
  /** Absent: from the head on. */
  readonly start: Start | undefined;
  readonly generation: number;
}

export interface DeliveryRuleOptions {
  /** Where to begin; `head` is after whatever there is when the subscription begins. */
  readonly start: Start | 'head';
  /**
   * Whether order comes before speed. If so, events are due in the order of their sequence, always: a frame that does
   * not follow on is held until a page has filled the gap. If not, it is due at once: what was lost before it comes
   * after it, and while a client catches up, what is new may come before what is old. Either way once, and all of it.
   */
  readonly strict: boolean;
  /** Most stretches above the cursor to remember, and most events to hold. What does not fit is asked for again. */
  readonly limits?: { readonly ranges: number; readonly held: number };
  /**
   * Whether somebody wants to know what becomes known.
   * @default nobody does
   */
  readonly isNewsWanted?: () => boolean;
}

const LIMITS = { ranges: 256, held: 1000 };

/**
 * The cursor rule: frames in, decisions out. It knows no socket and no time.
 *
 * A frame says everything of its range that is for this client, as of when it was made. So one that follows on moves
 * the cursor. One that does not is remembered as a stretch above the cursor, until what lies between has come: by a
 * page, because the client cannot know whether it was lost or for others.
 */
export class DeliveryRule {
  readonly #strict: boolean;
  readonly #limits: { readonly ranges: number; readonly held: number };
  readonly #covered = new Ranges();
  /** What has become known, and what has not: to be told beside the events that are due. */
  readonly news: News;
  /** Frames that must wait, in order. */
  #held: EventsFrame<RecordedEvent>[] = [];
  #heldEvents = 0;
  #epoch: string;
  /** As long as nothing has been heard of the place to begin: its name. */
  #sequence: number | 'head' | 'oldest';
  #generation = 0;
  /** Whether something was dropped that only a page can bring back. */
  #hasMissed = false;
  /** The hub counts in another history than we do: its numbers mean nothing before a `reset`, or an answer in ours. */
  #isForeign = false;

  constructor({ start, strict, limits = LIMITS, isNewsWanted = () => false }: DeliveryRuleOptions) {
    this.news = new News(isNewsWanted);
    if (typeof start === 'object') this.news.begin(start.sequence);
    this.#strict = strict;
    this.#limits = limits;
    this.#epoch = typeof start === 'object' ? start.epoch : NO_EPOCH;
    this.#sequence = typeof start === 'object' ? start.sequence : start;
  }

  /** Everything up to here has been due or was not for this client. Absent until the hub has said where that is. */
  get cursor(): Cursor | undefined {
    return typeof this.#sequence === 'number' ? this.#cursorAt(this.#sequence) : undefined;
  }

  /**
   * Whether a page should be asked for without waiting for the next heartbeat. A gap alone is no reason unless order
   * matters: most gaps were for others.
   */
  get isPageDue(): boolean {
    return this.#hasMissed || (typeof this.#sequence === 'number' && (this.#held.length > 0 || this.needsEpoch));
  }

  /** Whether events have come to a tenant that had none: the next answer must name the history that they began. */
  get needsEpoch(): boolean {
    return this.#epoch === NO_EPOCH && typeof this.#sequence === 'number' && this.#sequence > 0;
  }

  /** What to ask the hub for. What is missed from here on was perhaps too late for the answer. */
  ask(): Question {
    this.#hasMissed = false;
    const start = this.#sequence === 'head' ? undefined : (this.cursor ?? 'oldest');
    return { start, generation: this.#generation };
  }

  /** The hub has subscribed us. A durable subscription's own cursor counts if it is ahead: another has dealt with that. */
  begin({ epoch, head, cursor }: Pick<SubscribedFrame, 'epoch' | 'head' | 'cursor'>): readonly Due[] {
    if (this.#sequence === 'head') {
      this.#epoch = cursor?.epoch || epoch;
      this.#isForeign = this.#epoch !== epoch;
      this.news.begin(cursor?.sequence ?? head);
      const due = this.#moveTo(cursor?.sequence ?? head);
      for (const { through } of this.#held) this.news.miss(through);
      return due;
    }
    this.#isForeign = !this.#learn(epoch);
    const isOurs = cursor !== undefined && cursor.epoch === this.#epoch && !this.#isForeign;
    if (!isOurs) return [];
    this.news.pass(cursor.sequence);
    return this.#moveTo(cursor.sequence);
  }

  /** Takes events, live or of a page. @returns what is due now */
  take(frame: EventsFrame<RecordedEvent>): readonly Due[] {
    if (this.#isForeign) return this.skip(frame);
    if (this.#sequence === 'head') return this.#hold(frame);
    if (this.#sequence === 'oldest') {
      if (!frame.replay) return this.#strict ? this.#hold(frame) : this.#takeAhead(frame);
      this.#sequence = frame.from - 1;
    }
    if (frame.from <= this.#sequence + 1) return [...this.#takeNext(frame), ...this.#release()];
    return this.#strict ? this.#hold(frame) : this.#takeAhead(frame);
  }

  /** A frame came that could not be taken: a page must bring it again. */
  skip({ through }: Pick<EventsFrame<RecordedEvent>, 'through'>): readonly Due[] {
    this.#hasMissed = true;
    // Foreign numbers mean nothing, and before the beginning nobody knows what lies between.
    if (!this.#isForeign && this.#sequence !== 'head') this.news.miss(through);
    return [];
  }

  /** A page has ended. @returns what is due now, and whether that was all there is */
  settle(page: PageEnd, { generation }: Question): { readonly due: readonly Due[]; readonly isCaughtUp: boolean } {
    const nothing = { due: [], isCaughtUp: false };
    if (generation !== this.#generation || this.#sequence === 'head') return nothing;
    const wasForeign = this.#isForeign;
    if (page.epoch !== undefined) this.#isForeign = !this.#learn(page.epoch);
    // What came while the history was another was not taken: the next page brings it again.
    if (wasForeign || this.#isForeign) return nothing;
    const reached = this.#sequence === 'oldest' ? -1 : this.#sequence;
    const hasLostEvents = page.events !== undefined && page.events > 0 && reached < page.through;
    if (hasLostEvents) return nothing;
    this.news.know(Math.max(reached, 0) + 1, page.through, true, this.#covered);
    const due = this.#moveTo(page.through);
    return { due, isCaughtUp: Number(this.#sequence) >= page.head && !this.isPageDue };
  }

  /**
   * The cursor cannot be continued from: goes on with the oldest event that is left.
   * @returns whether that concerns us; not if what was cut has come by other frames in the meantime
   */
  reset({ reason, epoch, oldest }: Pick<ResetFrame, 'reason' | 'epoch' | 'oldest'>, question: Question): boolean {
    if (question.generation !== this.#generation) return false;
    // Of a tenant that had no events there was no history before the one that its first event began.
    const isOurs = this.#epoch === epoch || this.#epoch === NO_EPOCH;
    // The hub has judged a durable subscription's cursor, and we stand in the history that it tells of: nothing is cut.
    if (reason === 'epoch' && epoch === this.#epoch && !this.#isForeign) return false;
    const isSameHistory = reason === 'retention' && isOurs && !this.#isForeign;
    if (isSameHistory && typeof this.#sequence === 'number' && this.#sequence >= oldest - 1) return false;
    this.#generation += 1;
    this.#epoch = epoch;
    this.#isForeign = false;
    this.#sequence = oldest - 1;
    if (isSameHistory) {
      this.news.pass(this.#sequence);
      this.#sequence = this.#covered.absorb(this.#sequence);
    } else {
      this.news.begin(this.#sequence);
      this.#covered.clear();
      this.#held = [];
      this.#heldEvents = 0;
    }
    return true;
  }

  /** Hears which history the hub counts in; it becomes ours if we have none. @returns whether it is ours */
  #learn(epoch: string): boolean {
    if (this.#sequence === 'oldest' || this.#epoch === NO_EPOCH) this.#epoch = epoch;
    return this.#epoch === epoch;
  }

  /** Takes a frame that follows on. */
  #takeNext({ through, replay, events }: EventsFrame<RecordedEvent>): Due[] {
    const reached = Number(this.#sequence);
    this.news.know(reached + 1, through, replay, this.#covered);
    const fresh = events.filter((event) => sequenceOf(event) > reached && !this.#covered.has(sequenceOf(event)));
    this.#sequence = this.#covered.absorb(Math.max(reached, through));
    return fresh.map((event) => ({ event, cursor: this.#cursorAt(sequenceOf(event)) }));
  }

  #takeAhead(frame: EventsFrame<RecordedEvent>): readonly Due[] {
    const { from, through, replay, events } = frame;
    if (this.#covered.count >= this.#limits.ranges && !this.#covered.touches(from, through)) return this.skip(frame);
    this.news.miss(from - 1);
    this.news.know(from, through, replay, this.#covered);
    const fresh = events.filter((event) => !this.#covered.has(sequenceOf(event)));
    this.#covered.add(from, through);
    return fresh.map((event) => ({ event }));
  }

  #hold(frame: EventsFrame<RecordedEvent>): readonly Due[] {
    if (this.#held.some(({ from, through }) => from === frame.from && through === frame.through)) return [];
    if (this.#heldEvents + frame.events.length > this.#limits.held) return this.skip(frame);
    if (this.#sequence !== 'head') this.news.miss(frame.through);
    this.#heldEvents += frame.events.length;
    this.#held.push(frame);
    this.#held.sort((one, other) => one.from - other.from);
    return [];
  }

  #moveTo(sequence: number): readonly Due[] {
    const reached = typeof this.#sequence === 'number' ? this.#sequence : 0;
    this.#sequence = this.#covered.absorb(Math.max(reached, sequence));
    return this.#release();
  }

  /** What was held and follows on now; without order, all of it. */
  #release(): readonly Due[] {
    const due: Due[] = [];
    for (let frame = this.#held[0]; frame !== undefined; frame = this.#held[0]) {
      const followsOn = frame.from <= Number(this.#sequence) + 1;
      if (!followsOn && this.#strict) break;
      this.#held.shift();
      this.#heldEvents -= frame.events.length;
      due.push(...(followsOn ? this.#takeNext(frame) : this.#takeAhead(frame)));
    }
    return due;
  }

  /** Without an epoch no number means anything yet, but that the beginning has been seen. */
  #cursorAt(sequence: number): Cursor {
    return { epoch: this.#epoch, sequence: asSequence(this.#epoch === NO_EPOCH ? 0 : sequence) };
  }
}

/** An event's place in its tenant's order. */
export const sequenceOf = ({ sequence }: RecordedEvent): number => Number(sequence);
