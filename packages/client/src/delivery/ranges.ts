/** Stretches of sequences, both ends included, that neither overlap nor touch. */
export class Ranges {
  /** In order. */
  readonly #ranges: { from: number; through: number }[] = [];

  get count(): number {
    return this.#ranges.length;
  }

  has(sequence: number): boolean {
    const range = this.#ranges[this.#firstReaching(sequence)];
    return range !== undefined && range.from <= sequence;
  }

  /** Whether a stretch would be added without making one range more. */
  touches(from: number, through: number): boolean {
    const range = this.#ranges[this.#firstReaching(from - 1)];
    return range !== undefined && range.from <= through + 1;
  }

  /** What of a stretch is not in them. */
  missing(from: number, through: number): readonly { readonly from: number; readonly through: number }[] {
    const gaps: { from: number; through: number }[] = [];
    let next = from;
    for (let index = this.#firstReaching(from); next <= through; index += 1) {
      const range = this.#ranges[index];
      const end = Math.min(through, (range?.from ?? Number.POSITIVE_INFINITY) - 1);
      if (next <= end) gaps.push({ from: next, through: end });
      if (range === undefined) break;
      next = Math.max(next, range.through + 1);
    }
    return gaps;
  }

  add(from: number, through: number): void {
    const begin = this.#firstReaching(from - 1);
    let end = begin;
    let merged = { from, through };
    for (let range = this.#ranges[end]; range !== undefined && range.from <= through + 1; range = this.#ranges[end]) {
      merged = { from: Math.min(merged.from, range.from), through: Math.max(merged.through, range.through) };
      end += 1;
    }
    this.#ranges.splice(begin, end - begin, merged);
  }

  /** Forgets what is at or below a sequence, and a range that goes on from it. @returns how far one then comes */
  absorb(sequence: number): number {
    let through = sequence;
    let passed = 0;
    for (let range = this.#ranges[0]; range !== undefined && range.from <= through + 1; range = this.#ranges[passed]) {
      through = Math.max(through, range.through);
      passed += 1;
    }
    this.#ranges.splice(0, passed);
    return through;
  }

  clear(): void {
    this.#ranges.length = 0;
  }

  /** Index of the first range that ends at or above a sequence. */
  #firstReaching(sequence: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.through ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
