import path from 'node:path';
import { checkSchemas } from '../generate/check-schemas.ts';
import type { EventSchema } from '../generate/event-schema.ts';
import { formatFinding } from '../generate/finding.ts';
import type { JsonObject } from '../generate/json-value.ts';
import { type ReadSchemas, readSchemas, type SchemaDocument } from '../generate/read-schemas.ts';
import { collectName, collectWishes } from './draft/collect-wishes.ts';
import { composeNextVersion, composeSchema } from './draft/compose-schema.ts';
import { assertType, fileNameOf, typeOf } from './draft/event-name.ts';
import { formatSchema } from './draft/format-schema.ts';
import { NEW_USAGE, readNewFlags } from './draft/new-flags.ts';
import { chooseVersion, latestVersion } from './draft/next-version.ts';
import type { Questions } from './draft/questions.ts';
import { readLock } from './lock/lock-file.ts';
import { Refused } from './refused.ts';
import { explained } from './run-command.ts';
import type { Surroundings } from './surroundings.ts';
import { createFile } from './write-file.ts';

/**
 * Writes a schema for a new event type, or for the next version of one. The schema is good as it is written.
 *
 * @param ask gives what asks a person, or `undefined` where there is none
 * @returns the exit code: 0 written, 1 refused, 2 an argument that is wrong or missing, 130 stopped by Ctrl-C
 */
export const runNew = (
  args: readonly string[],
  around: Surroundings,
  ask: () => Promise<Questions | undefined>,
): Promise<number> =>
  explained(around, NEW_USAGE, async () => {
    const flags = readNewFlags(args);
    const folder = flags.schemas ?? around.schemas;
    const present = await readFolder(folder);
    const { lock } = readLock(folder);
    const questions = flags.yes ? undefined : await ask();
    const name = await collectName(flags, questions);

    const files = new Set([...present.documents, ...present.findings].map(({ file }) => file));
    const before = latestVersion(name, { files, published: lock.keys() });
    const version = chooseVersion(name, await withQuestion(before, flags, questions), before);
    assertType(name, version);
    const file = fileNameOf(name, version);
    const { schemas } = checkSchemas(present.documents);
    const latest = before === 0 ? undefined : latestSchema(schemas, typeOf(name, before), fileNameOf(name, before));
    const wishes = await collectWishes(name, flags, questions, schemas, latest);
    const schema = latest ? composeNextVersion(name, version, wishes, latest.schema) : composeSchema(name, wishes);
    assertGood(present, file, schema);

    if (!createFile(path.join(folder, file), formatSchema(schema))) {
      throw new Refused(`${file} is there already: somebody wrote it just now. Nothing was written.`);
    }
    around.print(`Wrote ${path.join(folder, file)} (${typeOf(name, version)}).`);
    around.print(
      wishes.clientBroadcast
        ? 'Browsers receive these events (clientBroadcast is true).'
        : 'Browsers do not receive these events (clientBroadcast is false).',
    );
    around.print('Next:');
    around.print('  1. read the file: texts and examples are yours to better');
    around.print('  2. npm run schema:check, then npm run generate');
    around.print('  3. npm run schema:publish when others may rely on it: until then it may still change');
    return 0;
  });

interface Wish {
  readonly version?: string | undefined;
  readonly newVersion: boolean;
}

/** In a terminal, a type that is there already is a question and no error. */
async function withQuestion(before: number, wish: Wish, questions: Questions | undefined) {
  const { version, newVersion } = wish;
  if (before === 0 || version !== undefined || newVersion || questions === undefined) return { version, newVersion };
  const next = await questions.confirm(
    `v${before} is there already. Add v${before + 1}, as a copy to begin with?`,
    true,
  );
  return { version, newVersion: next };
}

async function readFolder(folder: string): Promise<ReadSchemas> {
  try {
    return await readSchemas(folder);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new Refused(`expected a readable folder with schemas at ${folder} (${String(cause.code)})`, { cause });
  }
}

function latestSchema(schemas: readonly EventSchema[], type: string, file: string): EventSchema {
  const found = schemas.find((schema) => schema.type === type);
  if (found !== undefined) return found;
  throw new Refused(
    `expected a good schema in ${file} to copy from, found none; npm run schema:check says what is wrong.`,
  );
}

/** Whatever the new file would break is refused before it is written: a source, a name in generated code, … */
function assertGood({ documents }: ReadSchemas, file: string, json: JsonObject): void {
  const [folder = '', name = ''] = file.split('/');
  const added: SchemaDocument = { file, folder, name, json: structuredClone(json) };
  const known = new Set(checkSchemas(documents).findings.map(formatFinding));
  const errors = checkSchemas([...documents, added])
    .findings.filter(({ severity }) => severity === 'error')
    .map(formatFinding)
    .filter((line) => !known.has(line));
  if (errors.length === 0) return;
  throw new Refused(`The schema would not be good, so nothing was written:\n${errors.join('\n')}`);
}
