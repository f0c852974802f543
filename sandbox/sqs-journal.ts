import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { isObject } from './http.ts';
import { messageOf, SandboxError } from './sandbox-error.ts';
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

  /** @throws SandboxError when the file, or a line other than the last, cannot be read */
  read(): readonly Change[] {
    if (!existsSync(this.#file)) return [];
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      throw new SandboxError(`${this.#file} cannot be read (${messageOf(error)})`);
    }
    // What follows the last line feed is nothing, or a line that was cut off.
    const lines = text.split('\n').slice(0, -1);
    return lines.map((line, index) => {
      const change = parse(line);
      if (typeof change === 'object') return change;
      throw new SandboxError(`${this.#file}, line ${index + 1}, is damaged: ${change}`);
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

/** Operation → the type of each member that it cannot do without. */
const MEMBERS: Readonly<Record<Change['op'], Readonly<Record<string, 'string' | 'number' | 'object'>>>> = {
  add: { message: 'object' },
  receive: { id: 'string', receipt: 'string', at: 'number', visibleAt: 'number' },
  hide: { id: 'string', visibleAt: 'number' },
  remove: { id: 'string' },
  deduplicate: { key: 'string', id: 'string', sequenceNumber: 'string', at: 'number' },
};

/** The change, or what was found and what was expected. */
function parse(line: string): Change | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return `found ${line.slice(0, 80)}, expected JSON`;
  }
  if (!isObject(value)) return `found ${line.slice(0, 80)}, expected a JSON object`;
  const members = Object.entries(MEMBERS).find(([op]) => op === value['op'])?.[1];
  if (members === undefined)
    return `found the op ${JSON.stringify(value['op']) ?? 'nothing'}, expected one of ${Object.keys(MEMBERS).join(', ')}`;
  for (const [name, type] of Object.entries({ queue: 'string', ...members })) {
    const found = value[name];
    if (typeof found !== type || found === null)
      return `${value['op']} with ${name} ${JSON.stringify(found)?.slice(0, 80) ?? 'missing'}, expected ${type}`;
  }
  return value as Change;
}

const toLine = (change: Change): string => `${JSON.stringify(change)}\n`;
