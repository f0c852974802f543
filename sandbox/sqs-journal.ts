import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { SandboxError } from './sandbox-error.ts';
import type { Message } from './sqs-message.ts';

/** Everything that can happen to a queue. */
export type Change =
  | { readonly op: 'add'; readonly queue: string; readonly message: Message }
  | {
      readonly op: 'receive';
      readonly queue: string;
      readonly id: string;
      readonly receipt: string;
      readonly at: number;
      readonly visibleAt: number;
    }
  | { readonly op: 'hide'; readonly queue: string; readonly id: string; readonly visibleAt: number }
  | { readonly op: 'remove'; readonly queue: string; readonly id: string }
  | {
      readonly op: 'deduplicate';
      readonly queue: string;
      readonly key: string;
      readonly id: string;
      readonly sequenceNumber: string;
      readonly at: number;
    };

/** Lines after which the journal is written anew, without what has been undone since. */
const COMPACT_AFTER = 100_000;

/**
 * The queues' memory on disk: one change per line, appended before the caller hears of it. Whatever the operating
 * system was given survives a killed process; a line that was cut off by it is dropped, as nobody was told about it.
 */
export class Journal {
  readonly #file: string;
  #descriptor: number | undefined;
  #lines = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws SandboxError when a line other than the last cannot be read */
  read(): readonly Change[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    // What follows the last line feed is nothing, or a line that was cut off.
    return lines.slice(0, -1).map((line, index) => {
      try {
        return JSON.parse(line) as Change;
      } catch {
        throw new SandboxError(
          `${this.#file}, line ${index + 1}, is damaged: found ${line.slice(0, 80)}, expected JSON`,
        );
      }
    });
  }

  /** Replaces the content at once, or not at all. */
  rewrite(changes: readonly Change[]): void {
    const draft = `${this.#file}.new`;
    const descriptor = openSync(draft, 'w');
    writeSync(descriptor, changes.map(toLine).join(''));
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(draft, this.#file);
    this.end();
    this.#descriptor = openSync(this.#file, 'a');
    this.#lines = 0;
  }

  append(change: Change): void {
    if (this.#descriptor === undefined) return;
    writeSync(this.#descriptor, toLine(change));
    this.#lines += 1;
  }

  get isLong(): boolean {
    return this.#lines > COMPACT_AFTER;
  }

  end(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

const toLine = (change: Change): string => `${JSON.stringify(change)}\n`;
