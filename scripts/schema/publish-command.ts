import { count, readArguments } from './arguments.ts';
import { examineFolder } from './folder-state.ts';
import { writeLock } from './lock/lock-file.ts';
import { LOCK_NAME } from './lock/lock-text.ts';
import { Refused } from './refused.ts';
import { explained } from './run-command.ts';
import type { Surroundings } from './surroundings.ts';

const USAGE = 'Usage: npm run schema:publish -- [--schemas DIR]';

/**
 * Writes into the lock what the schemas promise from now on: all drafts, and the compatible changes of published types.
 *
 * @returns the exit code: 0 published, or nothing to publish; 1 refused, and the lock is as it was; 2 an argument that is wrong
 */
export const runPublish = (args: readonly string[], around: Surroundings): Promise<number> =>
  explained(around, USAGE, async () => {
    const { values } = readArguments(args, { schemas: { type: 'string' } });
    const folder = values.schemas ?? around.schemas;
    const { comparison, read, warnings, errors, errorCount } = await examineFolder(folder);
    for (const line of [...warnings, ...errors]) around.complain(line);
    if (errorCount > 0) {
      around.complain(`${count(errorCount, 'error')}; nothing was published.`);
      return 1;
    }
    const { drafts, grown, promises } = comparison;
    if (drafts.length + grown.length === 0) {
      around.print('Nothing to do: everything is published.');
      return 0;
    }
    if (!writeLock(folder, promises, read)) {
      throw new Refused(
        `${LOCK_NAME} changed while it was compared with the schemas. Nothing was written; run it again.`,
      );
    }
    for (const { type } of drafts) around.print(`published ${type}`);
    for (const { type } of grown) around.print(`published the changes of ${type}`);
    around.print(`Wrote ${LOCK_NAME}. Commit it: from now on these types change only in ways that break nobody.`);
    return 0;
  });
