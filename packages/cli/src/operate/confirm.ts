import type { Options } from '../arguments.ts';
import { ask } from '../ask.ts';
import { UsageError } from '../failure.ts';
import { harmless, say, type Terminal } from '../terminal.ts';

/** Of commands that change what cannot be changed back. */
export const CONFIRMATION_OPTIONS = {
  yes: { type: 'boolean', short: 'y', summary: 'do not ask' },
} as const satisfies Options;

/**
 * Refuses at once what nobody could confirm.
 * @param what would be done, such as `the dead letters may go`
 * @throws UsageError where no person is at the terminal and `--yes` is not given
 */
export function requireSomebodyToAsk(isSure: boolean, what: string, { input }: Pick<Terminal, 'input'>): void {
  if (isSure || input.isTTY === true) return;
  throw new UsageError(`nobody can be asked here whether ${what}: pass --yes; without it nothing is done`);
}

/**
 * Asks whoever sits at the terminal to type a word, which nobody does by mistake. Without one, the answer is `--yes`.
 * @param facts what will happen
 * @param word what is to be typed
 */
export async function isConfirmed(
  isSure: boolean,
  { facts, word }: { readonly facts: string; readonly word: string },
  terminal: Pick<Terminal, 'input' | 'messages'>,
): Promise<boolean> {
  if (isSure) return true;
  say(terminal, harmless(facts));
  return (await ask(`Type ${harmless(word)} to go on, or anything else to leave it: `, terminal)) === word;
}
