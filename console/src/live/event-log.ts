import type { SeenEvent } from '../event/as-text.ts';

/** An event that is kept. */
export interface Entry {
  /** Its place in the tenant's order. */
  readonly sequence: number;
  readonly event: SeenEvent;
  /** How many were there before it in this session: the order in which they came, which is not always that of the hub. */
  readonly arrival: number;
  /** Characters of it as JSON. */
  readonly size: number;
}

export interface LogLimits {
  /** Most events. */
  readonly events: number;
  /** Most characters of all of them as JSON. A browser takes about as many bytes for the objects. */
  readonly characters: number;
}

const LIMITS: LogLimits = { events: 100_000, characters: 72 * 1024 * 1024 };

/** Share that goes at once when there are too many: to move all others for each single one would cost too much. */
const SHARE_THAT_GOES = 0.01;

/** The newest events, in the hub's order, each once; the oldest go when there are too many. */
export class EventLog {
  readonly #limits: LogLimits;
  #entries: Entry[] = [];
  #arrivals = 0;
  #characters = 0;
  #dropped = 0;

  constructor(limits: LogLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Oldest first. Another array after something was dropped; else the same one, which grows. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** How many had to go because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many have ever come. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** @returns what is kept of it now; `undefined` if it was there already, or is older than what had to go */
  add(event: SeenEvent): Entry | undefined {
    const sequence = Number(event.sequence);
    const at = placeOf(this.#entries, sequence);
    if (this.#entries[at - 1]?.sequence === sequence) return undefined;
    if (at === 0 && this.#dropped > 0 && this.#entries.length > 0) return undefined;
    const entry: Entry = { sequence, event, arrival: this.#arrivals, size: sizeOf(event) };
    this.#arrivals += 1;
    this.#characters += entry.size;
    insert(this.#entries, entry, at);
    if (this.#entries.length > this.#limits.events || this.#characters > this.#limits.characters) this.#drop();
    return entry;
  }

  clear(): void {
    this.#entries = [];
    this.#characters = 0;
  }

  #drop(): void {
    const events = this.#limits.events * (1 - SHARE_THAT_GOES);
    const characters = this.#limits.characters * (1 - SHARE_THAT_GOES);
    let count = 0;
    // The newest stays, however large it is.
    while (count < this.#entries.length - 1) {
      if (this.#entries.length - count <= events && this.#characters <= characters) break;
      this.#characters -= this.#entries[count]?.size ?? 0;
      count += 1;
    }
    this.#entries = this.#entries.slice(count);
    this.#dropped += count;
  }
}

/** What is nested so deep that a browser cannot write it counts as nothing: it must not take the others with it. */
function sizeOf(event: SeenEvent): number {
  try {
    return JSON.stringify(event).length;
  } catch {
    return 0;
  }
}

/** Where an entry with this sequence goes: after all that are smaller or equal. Most are the newest. */
export function placeOf(entries: readonly Entry[], sequence: number): number {
  let low = 0;
  let high = entries.length;
  if (high === 0 || (entries[high - 1]?.sequence ?? 0) <= sequence) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function insert(entries: Entry[], entry: Entry, at = placeOf(entries, entry.sequence)): void {
  if (at === entries.length) entries.push(entry);
  else entries.splice(at, 0, entry);
}
