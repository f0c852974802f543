/** What is known of a number of the sequence. */
export type Mark = 'live' | 'replayed' | 'others' | 'gap';

/** Numbers next to each other of which the same is known. */
export interface Run {
  readonly from: number;
  readonly through: number;
  readonly mark: Mark;
}

const MARKS: readonly (Mark | undefined)[] = [undefined, 'live', 'replayed', 'others', 'gap'];
const CODES: Readonly<Record<Mark, number>> = { live: 1, replayed: 2, others: 3, gap: 4 };

/** The newest numbers of the sequence, and what is known of each. */
export class SequenceRail {
  /** How many numbers it remembers. */
  readonly length: number;
  readonly #codes: Uint8Array;
  #first = 1;
  #last = 0;
  /** Where history was cut, if that can still be seen. */
  #resetAt: number | undefined;

  constructor(length = 240) {
    this.length = length;
    this.#codes = new Uint8Array(length);
  }

  /** The newest number of which anything is known; 0 before there is any. */
  get last(): number {
    return this.#last;
  }

  /** The oldest that it can show. */
  get first(): number {
    return Math.max(this.#first, this.#last - this.length + 1);
  }

  /** The first number after history was cut; `undefined` if that is none, or too long ago. */
  get resetAt(): number | undefined {
    return this.#resetAt !== undefined && this.#resetAt >= this.first ? this.#resetAt : undefined;
  }

  /** An event has come: live, as far as one knows before its stretch is settled. */
  event(sequence: number): void {
    this.#mark(sequence, 'live');
  }

  /** A stretch is settled, after its events have come: what has not come of it is for others. */
  settle(from: number, through: number, mark: 'live' | 'replayed'): void {
    this.#reach(through);
    for (let at = Math.max(from, this.first); at <= through; at += 1) {
      const is = this.#markAt(at);
      this.#mark(at, is === 'live' || is === 'replayed' ? mark : 'others');
    }
  }

  /** A stretch of the past was read beside what comes: it says nothing of numbers that have come already. */
  past(from: number, through: number, sequences: ReadonlySet<number>): void {
    this.#reach(through);
    for (let at = Math.max(from, this.first); at <= through; at += 1) {
      if (this.#markAt(at) === undefined) this.#mark(at, sequences.has(at) ? 'replayed' : 'others');
    }
  }

  /** A stretch is missing, and will be asked for. */
  miss(from: number, through: number): void {
    this.#reach(through);
    for (let at = Math.max(from, this.first); at <= through; at += 1) {
      if (this.#markAt(at) === undefined) this.#mark(at, 'gap');
    }
  }

  /** History was cut: what is still there begins with a number, in the same history or another. */
  reset(oldest: number, isSameHistory: boolean): void {
    if (!isSameHistory) {
      this.#codes.fill(0);
      this.#first = oldest;
      this.#last = oldest - 1;
    }
    this.#resetAt = oldest;
  }

  /** What is known, from the oldest on; numbers of which nothing is are left out. */
  runs(): readonly Run[] {
    const runs: { from: number; through: number; mark: Mark }[] = [];
    for (let at = this.first; at <= this.#last; at += 1) {
      const mark = this.#markAt(at);
      const run = runs.at(-1);
      if (mark === undefined) continue;
      if (run !== undefined && run.mark === mark && run.through === at - 1) run.through = at;
      else runs.push({ from: at, through: at, mark });
    }
    return runs;
  }

  #markAt(at: number): Mark | undefined {
    return MARKS[this.#codes[at % this.length] ?? 0];
  }

  #mark(at: number, mark: Mark): void {
    this.#reach(at);
    if (at >= this.first) this.#codes[at % this.length] = CODES[mark];
  }

  /** Moves on to a number, and forgets those that have to go for it. */
  #reach(number: number): void {
    if (number <= this.#last) return;
    const begin = Math.max(this.#last + 1, number - this.length + 1);
    for (let at = begin; at <= number; at += 1) this.#codes[at % this.length] = 0;
    this.#last = number;
  }
}

const count = (runs: readonly Run[], wanted: Mark): number =>
  runs.reduce((sum, { from, through, mark }) => (mark === wanted ? sum + through - from + 1 : sum), 0);

/** The same in words, for who does not see it. */
export function railInWords(rail: SequenceRail): string {
  if (rail.last === 0) return 'No number of the sequence is known yet.';
  const runs = rail.runs();
  const parts = [
    [count(runs, 'live'), 'came live'],
    [count(runs, 'replayed'), 'came from the past'],
    [count(runs, 'others'), 'were not for you'],
    [count(runs, 'gap'), 'are still missing and being asked for'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  const range = `Numbers ${rail.first.toLocaleString()} to ${rail.last.toLocaleString()}`;
  const cut = rail.resetAt === undefined ? '' : ` History was cut before ${rail.resetAt.toLocaleString()}.`;
  return `${range}: ${said.length === 0 ? 'nothing is known of them yet' : said.join(', ')}.${cut}`;
}
