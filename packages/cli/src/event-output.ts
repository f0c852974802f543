import { once } from 'node:events';
import type { RecordedEvent } from '@tidings/contracts';
import type { Arguments, Options } from './arguments.ts';
import { UsageError } from './failure.ts';
import { renderEvent } from './render-event.ts';
import { paintFor, type Terminal } from './terminal.ts';

/** Where the output has no width, as a file has none. */
const PLAIN_WIDTH = 200;

/** How events are printed. */
export const EVENT_OUTPUT_OPTIONS = {
  json: { type: 'boolean', summary: 'one JSON object to a line: the default where the output is no terminal' },
  pretty: { type: 'boolean', summary: 'a line to read: the default at a terminal' },
} as const satisfies Options;

export type RenderEvent = (event: RecordedEvent) => string;

/**
 * How to print an event: for a person at a terminal, as JSON for whoever reads a pipe or a file, unless told otherwise.
 * @param isFile whether it goes to a file and not to the terminal's output
 * @throws UsageError if it is to be both
 */
export function readEventOutput(
  given: Arguments<keyof typeof EVENT_OUTPUT_OPTIONS>,
  { output }: Pick<Terminal, 'output'>,
  isFile = false,
): RenderEvent {
  if (given.flag('json') && given.flag('pretty')) throw new UsageError('give --json or --pretty, not both');
  const isPretty = given.flag('pretty') || (!given.flag('json') && !isFile && output.isTTY === true);
  if (!isPretty) return JSON.stringify;
  const paint = isFile ? (_: unknown, text: string) => text : paintFor(output);
  return (event) => renderEvent(event, { paint, width: (!isFile && output.columns) || PLAIN_WIDTH, now: new Date() });
}

/**
 * Writes a line to the output, and waits while whoever reads it is behind.
 * @param stop ends the wait
 */
export async function writeLine({ output }: Pick<Terminal, 'output'>, line: string, stop: AbortSignal): Promise<void> {
  if (output.write(`${line}\n`) || stop.aborted) return;
  await once(output, 'drain', { signal: stop }).catch(() => undefined);
}

/** Resolves when everything that was written has been taken, or cannot be any more: then the output tells its error. */
export const flush = ({ output }: Pick<Terminal, 'output'>): Promise<void> =>
  new Promise((resolve) => {
    output.write('', () => resolve());
  });
