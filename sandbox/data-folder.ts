import path from 'node:path';
import { type Claim, claim } from '../scripts/claim.mjs';
import { makeFolder } from './make-folder.ts';
import { messageOf, SandboxError } from './sandbox-error.ts';

/**
 * Makes the folder for `--data`, if it is not there, and claims it: of two sandboxes on the same one, the second would
 * write away what the first has accepted.
 *
 * @throws SandboxError when there can be no such folder, or another sandbox has it
 */
export function claimDataFolder(folder: string): Claim {
  let result: ReturnType<typeof claim>;
  try {
    makeFolder(folder);
    result = claim(path.join(folder, 'running'));
  } catch (error) {
    throw new SandboxError(`--data: found ${folder}, expected a folder to write to (${messageOf(error)})`);
  }
  if (result.claim !== undefined) return result.claim;
  throw new SandboxError(
    `--data: ${folder} is in use by another sandbox (pid ${result.owner}). End it, or choose another`,
  );
}
