import { count, readArguments } from './arguments.ts';
import { examineFolder } from './folder-state.ts';
import { LOCK_NAME } from './lock/lock-text.ts';
import { explained } from './run-command.ts';
import type { Surroundings } from './surroundings.ts';

const USAGE = 'Usage: npm run schema:check -- [--no-drafts] [--schemas DIR]';

/**
 * Checks every schema, and that no published one changed in a way that breaks somebody.
 *
 * @returns the exit code: 0 all is well, 1 something must be mended, 2 an argument that is wrong
 */
export const runCheck = (args: readonly string[], around: Surroundings): Promise<number> =>
  explained(around, USAGE, async () => {
    const { values } = readArguments(args, { schemas: { type: 'string' }, 'no-drafts': { type: 'boolean' } });
    const { schemas, comparison, read, warnings, errors, errorCount } = await examineFolder(
      values.schemas ?? around.schemas,
    );
    const { drafts, grown } = comparison;
    const unpublished = drafts.length + grown.length;
    for (const line of [...warnings, ...errors]) around.complain(line);
    const say = values['no-drafts'] === true ? around.complain : around.print;
    if (read.text === undefined) say(`There is no ${LOCK_NAME}: nothing is published yet.`);
    for (const { file, type } of drafts) say(`draft ${file}: ${type} is not published yet`);
    for (const { file, type } of grown)
      say(`changed ${file}: ${type} has compatible changes that are not published yet`);
    if (errorCount > 0) {
      around.complain(`${count(errorCount, 'error')}.`);
      return 1;
    }
    if (values['no-drafts'] === true && unpublished > 0) {
      around.complain(
        `${count(unpublished, 'schema')} not published: run npm run schema:publish, and commit ${LOCK_NAME}.`,
      );
      return 1;
    }
    around.print(`${count(schemas.length, 'schema')}: ${schemas.length - unpublished} published and unchanged.`);
    return 0;
  });
