import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Where a command reads from and writes to. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** What was asked for, and nothing else: it may be a pipe. */
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Everything else that the user should know. */
  readonly messages: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /**
   * A signal that aborts on Ctrl-C, and when nobody reads `output` any more. Without a call, Ctrl-C ends the process at
   * once, as it should for a command that has nothing to close.
   */
  readonly untilStopped: () => AbortSignal;
}

/** Gives text a colour, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/** Colours for a stream that shows them: a terminal, unless `NO_COLOR`, or anything with `FORCE_COLOR`. */
export const paintFor =
  (stream: Writable): Paint =>
  (format, text) =>
    styleText(format, text, { stream, validateStream: true });

/** Why a command is stopped whose output nobody reads any more. */
export const UNREAD = 'nobody reads the output';

/** Whether the command was stopped because nobody reads its output: that is no failure, and nobody asks for a report. */
export const isUnread = (stop: AbortSignal): boolean => stop.aborted && stop.reason === UNREAD;

/** Writes a line for the user beside the output. */
export const say = ({ messages }: Pick<Terminal, 'messages'>, text: string): void => {
  messages.write(`${text}\n`);
};

// C0 and C1 controls, and those that turn the direction of text: they could rewrite what a terminal shows.
const HARMFUL = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from elsewhere, made fit for a terminal: control characters stand as `\u001b`. */
export const harmless = (text: string): string =>
  text.replace(HARMFUL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Tells the user what happens, a line at a time. */
export const statusFor =
  (terminal: Pick<Terminal, 'messages'>) =>
  (line: string): void =>
    say(terminal, paintFor(terminal.messages)('dim', `tidings: ${harmless(line)}`));
