import { type Cursor, parseSequence } from '@tidings/contracts';
import type { Cancel, Surroundings } from './surroundings.ts';

/** Below every sequence. */
const NOTHING = -1;

export interface AcknowledgementsOptions {
  readonly surroundings: Pick<Surroundings, 'schedule'>;
  /** Milliseconds in which acknowledgements are collected. */
  readonly interval: number;
  /** Sends one. @returns whether there was a way to */
  readonly send: (cursor: Cursor) => boolean;
}

/**
 * What of a durable subscription has been acknowledged, and what may be: never more than what has been handed over
 * without a gap, whatever the user says, because the hub forgets everything below.
 */
export class Acknowledgements {
  readonly #options: AcknowledgementsOptions;
  /** As far as the user has said. */
  #wanted = NOTHING;
  /** As far as the hub knows, or will if nothing was lost. */
  #sent = 0;
  /** As far as the hub has confirmed. */
  #confirmed = 0;
  #handled: Cursor | undefined;
  #cancel: Cancel | undefined;

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  /** @throws TypeError if it is no sequence */
  want(sequence: number | string): void {
    const number = typeof sequence === 'string' && /^\d+$/.test(sequence) ? Number(sequence) : sequence;
    let wanted: number;
    try {
      wanted = parseSequence(number, '');
    } catch (cause) {
      throw new TypeError(`Expected a sequence to acknowledge, found ${String(sequence)}`, { cause });
    }
    this.#wanted = Math.max(this.#wanted, wanted);
    this.#plan();
  }

  /** Everything up to here has been dealt with. After a reset, earlier numbers mean nothing. */
  handled(cursor: Cursor, isReset: boolean): void {
    // In another history even 0 says something: that the subscription stands in it now.
    if (isReset) this.#wanted = this.#sent = this.#confirmed = NOTHING;
    this.#handled = cursor;
    this.#plan();
  }

  /** Where the hub says that the subscription stands. */
  confirm({ epoch, sequence }: Cursor): void {
    if (epoch === this.#handled?.epoch) this.#confirmed = Math.max(this.#confirmed, sequence);
  }

  /** Sends again what was never confirmed: there is a new socket, or the answer was lost. */
  retry(): void {
    this.#sent = this.#confirmed;
    this.#plan();
  }

  /** Sends what waits, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const cursor = this.#due();
    if (cursor !== undefined && this.#options.send(cursor)) this.#sent = cursor.sequence;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wanted = NOTHING;
  }

  #due(): Cursor | undefined {
    if (this.#handled === undefined) return undefined;
    const { epoch, sequence } = this.#handled;
    const due = { epoch, sequence: Math.min(this.#wanted, sequence) as Cursor['sequence'] };
    return due.sequence > this.#sent ? due : undefined;
  }

  #plan(): void {
    if (this.#cancel !== undefined || this.#due() === undefined) return;
    this.#cancel = this.#options.surroundings.schedule(this.#options.interval, () => this.flush());
  }
}
