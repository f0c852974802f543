const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const KEPT_LINES = 4000;

/** What has happened, as text and as a hash: two runs of one seed have the same. */
export class Trace {
  #hash = FNV_OFFSET;
  readonly #lines: string[] = [];
  readonly #start: number;
  readonly #isKept: boolean;
  #step = 0;
  #now: number;

  /** @param isKept whether lines are kept; the hash is made of them either way */
  constructor(start: number, isKept: boolean) {
    this.#start = start;
    this.#now = start;
    this.#isKept = isKept;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  note(step: number, now: number, who: string, what: string): void {
    this.#step = step;
    this.#now = now;
    this.#mix(who);
    this.#mix(what);
    this.#hash = Math.imul(this.#hash ^ (now & 0xffffff), FNV_PRIME);
    this.#keep(who, what);
  }

  /** Something within a step; its text is made only if it is kept. */
  detail(who: string, what: () => string): void {
    if (this.#isKept) this.#keep(who, `    ${what()}`);
  }

  last(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }

  #keep(who: string, what: string): void {
    if (!this.#isKept) return;
    const seconds = ((this.#now - this.#start) / 1000).toFixed(3).padStart(10);
    this.#lines.push(`${String(this.#step).padStart(6)} ${seconds} s  ${who.padEnd(16)} ${what}`);
    if (this.#lines.length > KEPT_LINES * 2) this.#lines.splice(0, KEPT_LINES);
  }

  #mix(text: string): void {
    let hash = this.#hash;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
    }
    this.#hash = hash;
  }
}
