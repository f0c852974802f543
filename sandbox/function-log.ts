import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

type Level = 'INFO' | 'WARN' | 'ERROR';

/** The log of one function: a file with a JSON object per line, as its CloudWatch log group would have it. */
export class FunctionLog {
  readonly #name: string;
  readonly #file: WriteStream;
  readonly #echo: boolean;
  readonly #onEntry: (entry: Readonly<Record<string, unknown>>) => void;
  /** Lines that are to be written together: a file takes many at the price of one. */
  #pending = '';

  /**
   * @param echo whether every line goes to standard error as well; errors always do, shortened
   * @param onEntry told of each line: metrics are made of some
   */
  constructor(
    folder: string,
    name: string,
    echo: boolean,
    onEntry: (entry: Readonly<Record<string, unknown>>) => void = () => undefined,
  ) {
    mkdirSync(folder, { recursive: true });
    this.#name = name;
    this.#file = createWriteStream(path.join(folder, `${name}.log`), { flags: 'a' });
    this.#echo = echo;
    this.#onEntry = onEntry;
  }

  /** Takes what a thread prints, until it ends. */
  follow(stream: Readable, level: Level): void {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.write(line, level),
    );
  }

  write(line: string, level: Level): void {
    if (line.trim() === '') return;
    const entry = asEntry(line, level);
    this.#onEntry(entry);
    const text = JSON.stringify(entry);
    if (this.#pending === '') setImmediate(() => this.#flush());
    this.#pending += `${text}\n`;
    if (this.#echo) process.stderr.write(`${this.#name} ${text}\n`);
    else if (['ERROR', 'CRITICAL', 'FATAL'].includes(String(entry['level']))) {
      process.stderr.write(`${this.#name}: ${String(entry['message']).split('\n')[0]?.slice(0, 300)}\n`);
    }
  }

  async end(): Promise<void> {
    this.#flush();
    await new Promise((resolve) => this.#file.end(resolve));
  }

  #flush(): void {
    if (this.#pending !== '') this.#file.write(this.#pending);
    this.#pending = '';
  }
}

/** A line of a logger that writes JSON stays as it is; others are wrapped as Lambda's JSON log format wraps them. */
function asEntry(line: string, level: string): Readonly<Record<string, unknown>> {
  if (line.startsWith('{')) {
    try {
      return JSON.parse(line);
    } catch {
      // Only looks like JSON.
    }
  }
  return { timestamp: new Date().toISOString(), level, message: line };
}
