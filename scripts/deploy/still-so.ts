import { isDeepStrictEqual } from 'node:util';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { Refused } from '../target-from-stack-options.ts';
import { readAssembly, type SynthesizedStack } from './assembly.ts';
import type { Reader } from './cloud.ts';

/** What somebody was shown, and has perhaps thought about for a while. */
export interface Shown {
  readonly synthesized: SynthesizedStack;
  /** Nothing if there was none. */
  readonly stack: Stack | undefined;
}

/**
 * Makes sure that what will be deployed, and what it will be deployed to, are what was shown: another run may have
 * synthesized into the same folder, and another person may have deployed. Names of assets in a template are hashes of what
 * is in them, so the same template has the same code.
 * @throws Refused if either is other
 */
export async function requireStillSo({ synthesized, stack }: Shown, folder: string, reader: Reader): Promise<void> {
  const { name } = synthesized;
  if (!isDeepStrictEqual(await readAssembly(folder, name), synthesized)) {
    throw new Refused(
      `Nothing was deployed: ${folder} is not what was shown any more, because it was synthesized again. ` +
        'Run one deployment of an environment at a time; run this command again.',
    );
  }
  const now = await reader.describeStack(name);
  if (isDeepStrictEqual(versionOf(now), versionOf(stack))) return;
  throw new Refused(
    `Nothing was deployed: somebody has deployed ${name} since the difference was shown. Run this command again, which ` +
      'shows another one.',
  );
}

/** What every change of a stack changes. Source: CloudFormation API reference, Stack. */
const versionOf = (stack: Stack | undefined) => [stack?.StackId, stack?.CreationTime, stack?.LastUpdatedTime];
