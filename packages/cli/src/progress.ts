import type { Terminal } from './terminal.ts';

/** Milliseconds between two drawings of the bar, and between two lines where there is none. */
const BAR_MILLISECONDS = 100;
const LINE_MILLISECONDS = 5000;

const BAR_CHARACTERS = 24;

/** How far something long has come. */
export interface Standing {
  /** Positions dealt with, and how many there were to begin with: where more come meanwhile, the first passes the second. */
  readonly done: number;
  readonly total: number;
  readonly events: number;
}

/**
 * Tells beside the output how far a long reading has come: as a bar that is drawn over and over at a terminal, as a line
 * now and then elsewhere. Says nothing of what is over soon.
 */
export class Progress {
  readonly #messages: Terminal['messages'];
  readonly #now: () => number;
  readonly #began: number;
  #shown: number;
  #hasBar = false;

  constructor({ messages }: Pick<Terminal, 'messages'>, now: () => number = () => performance.now()) {
    this.#messages = messages;
    this.#now = now;
    this.#began = now();
    this.#shown = this.#began;
  }

  get seconds(): number {
    return (this.#now() - this.#began) / 1000;
  }

  update({ done, total, events }: Standing): void {
    const standing = { done, total: Math.max(done, total), events };
    const now = this.#now();
    const isTerminal = this.#messages.isTTY === true;
    if (now - this.#shown < (isTerminal ? BAR_MILLISECONDS : LINE_MILLISECONDS)) return;
    this.#shown = now;
    const text = this.#text(standing);
    if (!isTerminal) {
      this.#messages.write(`tidings: ${text}\n`);
      return;
    }
    const share = standing.total === 0 ? 1 : standing.done / standing.total;
    const full = Math.round(share * BAR_CHARACTERS);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)} `;
    const width = this.#messages.columns || 80;
    // A line that wraps could not be drawn over.
    const line = width > text.length + BAR_CHARACTERS + 1 ? `${bar}${text}` : text.slice(0, width - 1);
    this.#messages.write(`\r${line}\u001b[K`);
    this.#hasBar = true;
  }

  /** Takes the bar away, so that something else can be said. */
  clear(): void {
    if (this.#hasBar) this.#messages.write('\r\u001b[K');
    this.#hasBar = false;
  }

  #text({ done, total, events }: Standing): string {
    const rate = done / this.seconds;
    const share = total === 0 ? 100 : Math.floor((done / total) * 100);
    const left = rate > 0 ? ` · ${formatDuration((total - done) / rate)} left` : '';
    return `${share} % · ${events} events · ${Math.round(events / this.seconds)}/s${left}`;
  }
}

/** Seconds as people write them: `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
