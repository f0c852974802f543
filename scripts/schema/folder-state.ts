import { checkSchemas } from '../generate/check-schemas.ts';
import type { EventSchema } from '../generate/event-schema.ts';
import { type Finding, type FindingCode, formatFinding } from '../generate/finding.ts';
import { readSchemas } from '../generate/read-schemas.ts';
import { type Comparison, compareWithLock } from './compare-with-lock.ts';
import { type ReadLock, readLock } from './lock/lock-file.ts';
import { Refused } from './refused.ts';

/** Everything that is to be known of a schemas folder. */
export interface FolderState {
  readonly schemas: readonly EventSchema[];
  readonly comparison: Comparison;
  readonly read: ReadLock;
  /** Lines for what does no harm yet. */
  readonly warnings: readonly string[];
  /** Lines for what must be mended. */
  readonly errors: readonly string[];
  readonly errorCount: number;
}

/**
 * Checks a folder of schemas, and compares it with its lock.
 *
 * @throws Refused if there is no such folder
 * @throws LockRefused if the lock cannot be trusted
 */
export async function examineFolder(folder: string): Promise<FolderState> {
  const { documents, findings: unread } = await readFolder(folder);
  const read = readLock(folder);
  const checked = checkSchemas(documents);
  const findings = [...unread, ...checked.findings];
  const files = new Set([...documents, ...unread].map(({ file }) => file));
  // What an example breaks says nothing against the promise; any other error makes it unsure which schema this is.
  const unsure = findings.filter((finding) => isError(finding) && !EXAMPLES.has(finding.code));
  const broken = new Set(unsure.map(({ file }) => file));
  const schemas = checked.schemas.filter(({ file }) => !broken.has(file));
  const comparison = compareWithLock(schemas, files, read.lock);
  const errors = [...findings.filter(isError).map(formatFinding), ...comparison.problems];
  return {
    schemas,
    comparison,
    read,
    warnings: findings.filter((finding) => !isError(finding)).map(formatFinding),
    errors: [...errors, ...linesOf(comparison)],
    errorCount: errors.length + comparison.refusals.length,
  };
}

const EXAMPLES: ReadonlySet<FindingCode> = new Set(['EXAMPLES_MISSING', 'EXAMPLE_INVALID']);

const isError = ({ severity }: Finding): boolean => severity === 'error';

async function readFolder(folder: string) {
  try {
    return await readSchemas(folder);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new Refused(`expected a readable folder with schemas at ${folder} (${String(cause.code)})`, { cause });
  }
}

/** Each refusal in a line, and once for each file what to do instead. */
function linesOf({ refusals }: Comparison): string[] {
  return refusals.flatMap(({ file, pointer, code, message, advice }, index) => {
    const line = `error ${file}${pointer === '' ? '' : `#${pointer}`} ${code}: ${message}`;
    return refusals[index + 1]?.file === file ? [line] : [line, `  ${file} is published: ${advice}`];
  });
}
