import { Refused } from '../target-from-stack-options.ts';
import type { Surroundings } from './surroundings.ts';

/** What is at stake. */
export interface Stake {
  readonly environment: string;
  /** Whether the environment is to keep what it has. */
  readonly keepsData: boolean;
  readonly destructive: readonly string[];
  readonly allowDestructive: boolean;
}

/**
 * Lets data go from an environment that keeps it only if somebody has typed its name, or has said so beforehand.
 * @throws Refused if nobody has
 */
export async function confirmLosses(
  { environment, keepsData, destructive, allowDestructive }: Stake,
  { print, ask }: Pick<Surroundings, 'print' | 'ask'>,
): Promise<void> {
  if (destructive.length === 0) return;
  print(`\nThis deployment takes data away from ${environment}, or what keeps it:`);
  for (const loss of destructive) print(`  - ${loss}`);
  if (!keepsData) return print(`${environment} keeps nothing (removalPolicy: 'destroy'), so this needs no consent.`);
  if (allowDestructive) return print('Allowed by --allow-destructive.');
  if (ask === undefined) {
    throw new Refused(
      'Nothing was deployed: there is no terminal to ask at. After somebody has read the list above and has made a ' +
        `backup, deploy with --allow-destructive.`,
    );
  }
  const answer = await ask(`Type the name of the environment to deploy all the same: `);
  if (answer.trim() === environment) return;
  throw new Refused(`Nothing was deployed: expected "${environment}", found ${JSON.stringify(answer)}.`);
}
