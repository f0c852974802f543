import { Readable, Writable } from 'node:stream';
import type { Terminal } from '../src/terminal.ts';

/** A stream that remembers what was written, and lets a test wait for it. */
export class Capture extends Writable {
  #text = '';
  readonly #waiting = new Set<() => void>();

  get text(): string {
    return this.#text;
  }

  get lines(): readonly string[] {
    return this.#text.split('\n').filter((line) => line !== '');
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#text += chunk.toString();
    for (const check of this.#waiting) check();
    done();
  }

  /** Resolves when something has been written; the test's own time limit ends a wait in vain. */
  shows(expected: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.#text.split(expected).length - 1 < times) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** A terminal without a person, unless one is given. */
export interface TestTerminal extends Terminal {
  readonly output: Capture & Terminal['output'];
  readonly messages: Capture & Terminal['messages'];
  /** Ctrl-C */
  readonly interrupt: () => void;
}

export function testTerminal({
  folder,
  input = '',
  environment = {},
  isTTY = false,
}: {
  readonly folder: string;
  readonly input?: string;
  readonly environment?: Terminal['environment'];
  /** Whether somebody sits at it. */
  readonly isTTY?: boolean;
}): TestTerminal {
  const stop = new AbortController();
  const screen = { isTTY, columns: 100 };
  return {
    input: Object.assign(Readable.from([Buffer.from(input)]), { isTTY }),
    output: Object.assign(new Capture(), screen),
    messages: Object.assign(new Capture(), screen),
    environment,
    folder,
    untilStopped: () => stop.signal,
    interrupt: () => stop.abort(),
  };
}
