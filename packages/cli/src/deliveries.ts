import { type EventsFrame, NO_EPOCH, type RecordedEvent, type SubscribedFrame } from '@tidings/contracts';

/** So far back an event may come again: a renewed socket overlaps with the one before by a few seconds. */
const REMEMBERED = 10_000;

/** Where a new socket begins, as against what has been delivered before. */
export interface Beginning {
  /** The log is another than before: numbers begin again. */
  readonly isOtherLog: boolean;
  /** What nobody listened to; undefined if nothing. */
  readonly missed: { readonly after: number; readonly through: number } | undefined;
}

/** Keeps what comes over several sockets apart: what is new, what comes again, and what never came. */
export class Deliveries {
  readonly #seen = new Set<string>();
  #epoch = NO_EPOCH;
  #position: number | undefined;

  /** @param isOverlap whether another socket still listens */
  begin({ epoch, head }: SubscribedFrame, isOverlap: boolean): Beginning {
    const after = this.#position;
    const isEmptied = epoch === NO_EPOCH && after !== undefined && after > 0;
    // A log without events has no epoch yet: the one that it gets is its first, not another.
    const isOtherLog = isEmptied || (after !== undefined && this.#epoch !== NO_EPOCH && epoch !== this.#epoch);
    this.#epoch = epoch;
    if (isOtherLog || after === undefined) {
      this.#seen.clear();
      this.#position = head;
      return { isOtherLog, missed: undefined };
    }
    this.#position = Math.max(after, head);
    return { isOtherLog, missed: !isOverlap && head > after ? { after, through: head } : undefined };
  }

  /** The events of a frame that have not come before. */
  take({ through, events }: EventsFrame<RecordedEvent>): readonly RecordedEvent[] {
    this.#position = Math.max(this.#position ?? 0, through);
    const fresh = events.filter((event) => !this.#seen.has(keyOf(event)));
    for (const event of fresh) this.#seen.add(keyOf(event));
    for (const key of this.#seen) {
      if (this.#seen.size <= REMEMBERED) break;
      this.#seen.delete(key);
    }
    return fresh;
  }
}

/** With the id, because another log gives the same numbers to other events. */
const keyOf = ({ sequence, id }: RecordedEvent): string => `${sequence}/${id}`;
