import { explainAudience, type NewEvent, type PublishError } from '@tidings/client';
import type { EventDocument } from '../publish/draft.ts';
import { addressOf } from '../publish/watch.ts';
import { isOpen, type Outcome, outcomeOf, type Publication } from './outcome.ts';
import type { Seat } from './seat.ts';

export type Side = 'left' | 'right';
export const SIDES: readonly Side[] = ['left', 'right'];

/** An event that was published, and what became of it for each persona. Never changed: a new one takes its place. */
export interface PublicationRow extends Publication {
  readonly event: EventDocument;
  /** When it was sent, RFC 3339. */
  readonly time: string;
  readonly error: PublishError | undefined;
  readonly outcomes: Readonly<Record<Side, Outcome>>;
  /** Who the personas were. */
  readonly names: Readonly<Record<Side, string>>;
}

/** Called before an event is sent. @returns what looks for its number; that answers `undefined` if it has none */
export type LookOut = (event: EventDocument, signal: AbortSignal) => Promise<() => Promise<number | undefined>>;

export type Seats = Readonly<Record<Side, Seat>>;

const MOST_ROWS = 50;

/** How long an event may take to come live before the hub is asked for it. In milliseconds. */
const PATIENCE = 3000;

/** The last events that were published from the page, and what each persona's stream showed of them. */
export class Publications {
  readonly #lookOut: LookOut;
  readonly #listeners = new Set<() => void>();
  #rows: readonly PublicationRow[] = [];
  #aborter = new AbortController();
  /** Id → the personas as they were when it was published. */
  readonly #seats = new Map<string, Seats>();

  constructor(lookOut: LookOut) {
    this.#lookOut = lookOut;
  }

  /** The latest first. */
  get rows(): readonly PublicationRow[] {
    return this.#rows;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Publishes as one of two personas, and follows what becomes of the event for both. */
  async publish(event: EventDocument, as: Side, seats: Seats): Promise<PublishError | undefined> {
    const { publisher } = seats[as];
    if (publisher === undefined) throw new Error(`The ${as} persona has no token to publish with`);
    const waiting = { kind: 'waiting', isLive: true } as const;
    const row: PublicationRow = {
      event,
      time: new Date().toISOString(),
      state: 'sent',
      sequence: undefined,
      error: undefined,
      outcomes: { left: waiting, right: waiting },
      names: { left: nameOf(seats.left), right: nameOf(seats.right) },
    };
    const look = await this.#lookOut(event, this.#aborter.signal).catch(() => () => Promise.resolve(undefined));
    this.#seats.set(event.id, seats);
    for (const side of SIDES) seats[side].note(event.id);
    this.#show([row, ...this.#rows].slice(0, MOST_ROWS));
    try {
      await publisher.publish(event as unknown as NewEvent);
    } catch (thrown) {
      const error = thrown as PublishError;
      // What is not known to be recorded may be: whether it is, is looked for.
      if (error.outcome !== 'unknown') {
        this.#replace(event.id, { state: 'refused', error });
        return error;
      }
    }
    this.#replace(event.id, { state: 'accepted' });
    const sequence = await look().catch(() => undefined);
    this.#replace(event.id, { sequence });
    this.#settle(event.id, seats);
    return undefined;
  }

  /** Nobody looks any more: what is looked for is let be. */
  stop(): void {
    this.#aborter.abort();
    this.#aborter = new AbortController();
  }

  /** Decides anew what is not decided yet. */
  readonly look = (): void => {
    const rows = this.#rows.map((row) => {
      const seats = this.#seats.get(row.event.id);
      if (seats === undefined) return row;
      const left = decided(row, 'left', seats);
      const right = decided(row, 'right', seats);
      if (!isOpen(left) && !isOpen(right)) this.#seats.delete(row.event.id);
      const isSame = left === row.outcomes.left && right === row.outcomes.right;
      return isSame ? row : { ...row, outcomes: { left, right } };
    });
    // It is called at every event that comes, and most change nothing here.
    if (rows.some((row, index) => row !== this.#rows[index])) this.#show(rows);
  };

  /** A persona has become another: what was not known of it by now never will be. */
  leave(seat: Seat): void {
    this.look();
    this.#show(
      this.#rows.map((row) => {
        const seats = this.#seats.get(row.event.id);
        const next = { ...row.outcomes };
        for (const side of SIDES) if (seats?.[side] === seat && isOpen(next[side])) next[side] = { kind: 'changed' };
        return { ...row, outcomes: next };
      }),
    );
  }

  /** Silence says nothing, so the hub is asked: at once where nothing is to come, else when it has had its time to come live. */
  #settle(id: string, seats: Seats): void {
    const row = () => this.#rows.find(({ event }) => event.id === id);
    const ask = (side: Side) => {
      const found = row();
      if (found !== undefined && isOpen(found.outcomes[side])) seats[side].poke();
    };
    for (const side of SIDES) {
      const isExpected = explainAudience(addressOf(row()?.event ?? {}), seats[side].viewer).isVisible;
      if (!isExpected) ask(side);
      setTimeout(() => ask(side), PATIENCE);
    }
  }

  #replace(id: string, change: Partial<PublicationRow>): void {
    this.#show(this.#rows.map((row) => (row.event.id === id ? { ...row, ...change } : row)));
    this.look();
  }

  #show(rows: readonly PublicationRow[]): void {
    this.#rows = rows;
    for (const listener of [...this.#listeners]) listener();
  }
}

const nameOf = ({ persona: { user, tenant } }: Seat): string => `${user === '' ? 'nobody' : user} · ${tenant}`;

/** The outcome for one of the personas; the same object while nothing more is known. */
function decided(row: PublicationRow, side: Side, seats: Seats): Outcome {
  const last = row.outcomes[side];
  if (last.kind !== 'waiting') return last;
  const next = outcomeOf(row, seats[side]);
  return next.kind === 'waiting' && next.isLive === last.isLive ? last : next;
}
