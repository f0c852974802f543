import {
  type ConnectionState,
  type DeliveryReset,
  isHubError,
  type Status,
  type TidingsHistory,
  type TidingsLive,
} from '@tidings/client';
import type { SeenEvent } from '../event/as-text.ts';
import { EVERYTHING, type EventFilter, isEverything, toPredicate } from './event-filter.ts';
import { type Entry, EventLog, insert, type LogLimits } from './event-log.ts';
import { paced } from './pace.ts';
import { RateMeter } from './rate-meter.ts';
import { SequenceRail } from './sequence-rail.ts';

/** So many numbers of the recent past are shown to who has just come. */
const PAST_NUMBERS = 500;

/** Whether the recent past is there. `refused`: the token does not have the scope for reading. */
export type Past = 'waiting' | 'loading' | 'there' | 'refused' | 'failed';

export interface FeedConnection {
  readonly state: ConnectionState;
  readonly reason: Status['reason'] | undefined;
  /** When there will be another try, in milliseconds since 1970, where that is known. */
  readonly retryAt: number | undefined;
}

/** The feed at one moment. */
export interface FeedSnapshot {
  /** Oldest first. Only the first {@link FeedSnapshot.count} are of this moment. */
  readonly entries: readonly Entry[];
  readonly count: number;
  /** How many there are, shown or not. */
  readonly kept: number;
  /** How many came live in this session, each counted once. */
  readonly received: number;
  /** How many had to go, the oldest first, because there were too many. */
  readonly dropped: number;
  /** How many of those that would be shown have come since the list was held. */
  readonly waiting: number;
  readonly isPaused: boolean;
  readonly filter: EventFilter;
  readonly past: Past;
  readonly pastError: unknown;
  /** The last time that history was cut, until somebody has put the notice away. */
  readonly reset: DeliveryReset | undefined;
  readonly connection: FeedConnection;
}

export interface LiveFeedOptions {
  readonly live: Pick<TidingsLive, 'on' | 'onReset' | 'onRange' | 'onStatus' | 'state' | 'cursor'>;
  readonly history: Pick<TidingsHistory, 'page'>;
  readonly limits?: LogLimits;
  /** Makes from what tells the listeners something that may be called very often. @default once a frame at most */
  readonly pace?: (call: () => void) => () => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * What has come in a session, for the page that shows it: it goes on when the page is left. A list that is held, because
 * somebody has scrolled away from its edge or has paused it, does not change; what comes meanwhile is counted and kept.
 */
export class LiveFeed {
  readonly rail = new SequenceRail();
  readonly rate: RateMeter;
  readonly #live: LiveFeedOptions['live'];
  readonly #history: LiveFeedOptions['history'];
  readonly #now: () => number;
  readonly #log: EventLog;
  readonly #listeners = new Set<() => void>();
  readonly #ask: () => void;
  readonly #aborter = new AbortController();
  #filter = EVERYTHING;
  #matches = toPredicate(EVERYTHING);
  #shown: Entry[] = [];
  /** What there was when the list was held. */
  #held: { readonly entries: readonly Entry[]; readonly arrivals: number } | undefined;
  #isPaused = false;
  #isAway = false;
  #waiting = 0;
  #received = 0;
  #past: Past = 'waiting';
  #pastError: unknown;
  #reset: DeliveryReset | undefined;
  #connection: FeedConnection;
  #snapshot: FeedSnapshot;

  constructor({ live, history, limits, pace = paced, now = () => Date.now() }: LiveFeedOptions) {
    this.#live = live;
    this.#history = history;
    this.#now = now;
    this.#log = new EventLog(limits);
    this.rate = new RateMeter(now);
    this.#ask = pace(() => this.#tell());
    this.#connection = { state: live.state, reason: undefined, retryAt: undefined };
    this.#snapshot = this.#take();
    live.on('*', (event) => this.#receive(event));
    live.onRange(({ from, through, kind }) => {
      if (kind === 'gap') this.rail.miss(from, through);
      else this.rail.settle(from, through, kind);
      this.#ask();
    });
    live.onReset((reset) => this.#cut(reset));
    live.onStatus((status) => this.#enter(status));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until listeners are told. */
  readonly getSnapshot = (): FeedSnapshot => this.#snapshot;

  /** Holds the list as it is, or lets it go on with all that has come meanwhile. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#holdOrRelease();
    this.#tell();
  }

  /** Whether somebody reads away from the edge of the list where new events come in. */
  readAway(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#holdOrRelease();
    this.#tell();
  }

  choose(filter: EventFilter): void {
    this.#filter = filter;
    this.#matches = toPredicate(filter);
    this.#rebuild();
    this.#tell();
  }

  /** Forgets what is there. What comes from now on is shown again. */
  clear(): void {
    this.#log.clear();
    this.#held = this.#held && { entries: [], arrivals: this.#log.arrivals };
    this.#rebuild();
    this.#tell();
  }

  dismissReset(): void {
    this.#reset = undefined;
    this.#tell();
  }

  /** Reads the recent past, up to where live events begin. Does nothing if it is there, or on its way. */
  async loadPast(): Promise<void> {
    const cursor = this.#live.cursor;
    if (this.#past === 'loading' || this.#past === 'there' || cursor === undefined) return;
    this.#past = 'loading';
    this.#ask();
    try {
      let after = Math.max(0, cursor.sequence - PAST_NUMBERS);
      while (after < cursor.sequence) {
        const page = await this.#history.page({ after, limit: PAST_NUMBERS, signal: this.#aborter.signal });
        // What is not there any more, or is of another history than the numbers, is no past to show.
        if (page.kind === 'reset' || page.epoch !== cursor.epoch || page.through <= after) break;
        for (const event of page.events) this.#show(this.#log.add(event));
        const sequences = new Set(page.events.map(({ sequence }) => Number(sequence)));
        this.rail.past(after + 1, Math.min(page.through, cursor.sequence), sequences);
        after = page.through;
      }
      this.#past = 'there';
      this.#pastError = undefined;
    } catch (error) {
      this.#past = isHubError(error) && error.code === 'SCOPE_MISSING' ? 'refused' : 'failed';
      this.#pastError = error;
    }
    this.#ask();
  }

  #receive(event: SeenEvent): void {
    this.#received += 1;
    this.rate.count();
    this.rail.event(Number(event.sequence));
    this.#show(this.#log.add(event));
    this.#ask();
  }

  #show(entry: Entry | undefined): void {
    if (entry === undefined || !this.#matches(entry.event)) return;
    if (this.#held === undefined) insert(this.#shown, entry);
    else this.#waiting += 1;
  }

  #cut(reset: DeliveryReset): void {
    const isSameHistory = reset.previous?.epoch === reset.epoch;
    this.rail.reset(reset.oldest, isSameHistory);
    this.#reset = reset;
    // Numbers of another history would be mixed up with the new ones.
    if (!isSameHistory) this.clear();
    this.#ask();
  }

  #enter({ state, reason, retryMilliseconds }: Status): void {
    const retryAt = retryMilliseconds === undefined ? undefined : this.#now() + retryMilliseconds;
    this.#connection = { state, reason, retryAt };
    if (state === 'closed') this.#aborter.abort();
    if (state === 'live' && this.#past === 'waiting') void this.loadPast();
    this.#ask();
  }

  #holdOrRelease(): void {
    const isHeld = this.#isPaused || this.#isAway;
    if (isHeld === (this.#held !== undefined)) return;
    this.#held = isHeld ? { entries: this.#log.entries.slice(), arrivals: this.#log.arrivals } : undefined;
    this.#rebuild();
  }

  #rebuild(): void {
    const matches = ({ event }: Entry): boolean => this.#matches(event);
    const held = this.#held;
    const all = held?.entries ?? this.#log.entries;
    this.#shown = isEverything(this.#filter) ? all.slice() : all.filter(matches);
    this.#waiting =
      held === undefined
        ? 0
        : this.#log.entries.filter((entry) => entry.arrival >= held.arrivals && matches(entry)).length;
  }

  /** What the log had to drop goes from the list too, unless the list is held. */
  #trim(): void {
    const [oldest] = this.#log.entries;
    if (this.#held !== undefined || oldest === undefined) return;
    const kept = this.#shown.findIndex(({ sequence }) => sequence >= oldest.sequence);
    if (kept > 0) this.#shown = this.#shown.slice(kept);
    if (kept === -1) this.#shown = [];
  }

  #tell(): void {
    this.#trim();
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
  }

  #take(): FeedSnapshot {
    return {
      entries: this.#shown,
      count: this.#shown.length,
      kept: this.#log.entries.length,
      received: this.#received,
      dropped: this.#log.dropped,
      waiting: this.#waiting,
      isPaused: this.#isPaused,
      filter: this.#filter,
      past: this.#past,
      pastError: this.#pastError,
      reset: this.#reset,
      connection: this.#connection,
    };
  }
}
