import type { Ranges } from './ranges.ts';

/** A stretch of sequences, both ends included, of which something has become known. */
export interface DeliveryRange {
  readonly from: number;
  readonly through: number;
  /**
   * `live`, `replayed`: everything of it is known. Its events that are for this client were given; what is missing is
   * not for it. `gap`: nothing of it was given yet. What was lost will be asked for, and may turn out to be for others; what
   * came must wait for what is before it, if order matters.
   */
  readonly kind: 'live' | 'replayed' | 'gap';
}

/** What has become known of the sequence since it was last taken. Costs next to nothing while nobody wants it. */
export class News {
  readonly #isWanted: () => boolean;
  readonly #gaps: DeliveryRange[] = [];
  readonly #known: DeliveryRange[] = [];
  /** Up to here everything is known or was told as a gap; `undefined` before anything was heard. */
  #horizon: number | undefined;

  constructor(isWanted: () => boolean) {
    this.#isWanted = isWanted;
  }

  /** Counting begins anew after a number. */
  begin(after: number): void {
    this.#horizon = after;
  }

  /** What is up to here needs no telling. */
  pass(through: number): void {
    this.#horizon = Math.max(this.#horizon ?? through, through);
  }

  /** A stretch is known now, but for what was known before. */
  know(from: number, through: number, isReplay: boolean, known: Ranges): void {
    this.pass(through);
    if (from > through || !this.#isWanted()) return;
    const kind = isReplay ? 'replayed' : 'live';
    for (const missing of known.missing(from, through)) this.#known.push({ ...missing, kind });
  }

  /** There is more than was heard of: up to here, what was neither known nor told is a gap. */
  miss(through: number): void {
    const horizon = this.#horizon;
    this.pass(through);
    if (horizon === undefined || through <= horizon || !this.#isWanted()) return;
    this.#gaps.push({ from: horizon + 1, through, kind: 'gap' });
  }

  takeGaps(): readonly DeliveryRange[] {
    return taken(this.#gaps);
  }

  takeKnown(): readonly DeliveryRange[] {
    return taken(this.#known);
  }
}

const NOTHING: readonly DeliveryRange[] = [];

const taken = (ranges: DeliveryRange[]): readonly DeliveryRange[] => (ranges.length === 0 ? NOTHING : ranges.splice(0));
