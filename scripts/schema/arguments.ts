import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Refused } from './refused.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads arguments; one that is not known is refused by name.
 *
 * @throws Refused with exit code 2
 */
export function readArguments<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  } catch (cause) {
    // Node's message names the argument, and goes on about positional ones.
    const message = cause instanceof Error ? cause.message.split('. To specify')[0] : String(cause);
    throw new Refused(message ?? '', { exitCode: 2, cause });
  }
}

/** `1 error`, `2 errors` */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
