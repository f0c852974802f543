import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeLine } from './event-output.ts';
import { Failure, UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** So much is collected before it is written to a file. */
const BUFFER_CHARACTERS = 1024 * 1024;

/** Where a replay writes to. */
export interface EventSink {
  /** Takes a line, and waits while it is behind. */
  write(line: string, sequence: number): Promise<void>;
  /** Makes sure of every line that was written. */
  settle(): Promise<void>;
  /** @param isFailure whether what was to be written did not come to its end */
  close(isFailure: boolean): Promise<void>;
  /** Whether a line was lost. What is there then goes up to {@link settled}. */
  readonly hasFailed: boolean;
  /** The sequence of the last line that is there for certain; undefined if there is none. */
  readonly settled: number | undefined;
}

/** The terminal's output. Whatever was handed over arrives, unless nobody reads any more. */
export function outputSink(terminal: Pick<Terminal, 'output'>, stop: AbortSignal): EventSink {
  return {
    write: (line) => writeLine(terminal, line, stop),
    settle: async () => undefined,
    close: async () => undefined,
    hasFailed: false,
    settled: undefined,
  };
}

/** A file of lines that, whatever goes wrong while it is written, holds only whole ones. */
export class FileSink implements EventSink {
  readonly #name: string;
  readonly #path: string;
  readonly #isNew: boolean;
  readonly #handle: FileHandle;
  /** Bytes that are settled. */
  #size: number;
  #settled: number | undefined;
  #hasFailed = false;
  #lines: string[] = [];
  #characters = 0;
  #last: number | undefined;

  private constructor(name: string, path: string, isNew: boolean, handle: FileHandle, size: number) {
    this.#name = name;
    this.#path = path;
    this.#isNew = isNew;
    this.#handle = handle;
    this.#size = size;
  }

  /**
   * Makes a file, or goes on with one.
   * @throws UsageError for a file that is there already, unless it is to be gone on with
   * @throws Failure when it cannot be written, or its last line is not whole
   */
  static async open(name: string, folder: string, isAppended: boolean): Promise<FileSink> {
    const place = path.resolve(folder, name);
    const handle = await open(place, isAppended ? 'a+' : 'ax+').catch((cause) => {
      if (cause.code !== 'EEXIST') throw new Failure(`cannot write ${name} (${cause.code})`, { cause });
      throw new UsageError(`${name} is there already: pass --append to go on with it, or remove it`, { cause });
    });
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    if (size === 0 || last.toString() === '\n') return new FileSink(name, place, !isAppended, handle, size);
    await handle.close();
    throw new Failure(`${name} ends in the middle of a line`, {
      notes: ['Take the last line off, and go on after the sequence of the line before'],
    });
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get settled(): number | undefined {
    return this.#settled;
  }

  async write(line: string, sequence: number): Promise<void> {
    this.#lines.push(`${line}\n`);
    this.#last = sequence;
    this.#characters += line.length;
    if (this.#characters >= BUFFER_CHARACTERS) await this.settle();
  }

  async settle(): Promise<void> {
    if (this.#lines.length === 0) return;
    const found = await this.#handle.stat();
    if (found.isFile() && found.size !== this.#size) {
      this.#hasFailed = true;
      throw new Failure(`somebody else writes to ${this.#name} as well: nothing more is added to it`);
    }
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#characters = 0;
    try {
      await this.#handle.appendFile(bytes);
    } catch (cause) {
      this.#hasFailed = true;
      // A part of a line would spoil the file for whoever goes on with it.
      await this.#handle.truncate(this.#size).catch(() => undefined);
      const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
      throw new Failure(`cannot write ${this.#name} (${code})`, { cause });
    }
    this.#size += bytes.byteLength;
    this.#settled = this.#last;
  }

  async close(isFailure: boolean): Promise<void> {
    const { size } = await this.#handle.stat();
    await this.#handle.close();
    // An empty file would only be in the way of the next try.
    if (isFailure && this.#isNew && size === 0) await rm(this.#path, { force: true });
  }
}
