import { parseArgs } from 'node:util';
import { formatFinding, SchemasRefused } from './finding.ts';
import { generateFiles } from './generate-files.ts';
import { findDifferences, writeFiles } from './generated-file.ts';

export interface Surroundings {
  /** The directory of the schemas. */
  readonly schemas: string;
  /** The root of the repository that the generated files belong to. */
  readonly root: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

const USAGE = 'Usage: tsx scripts/generate.ts [--check]';

/**
 * Writes the generated files, or with `--check` compares them with what lies there.
 *
 * @returns the exit code: 0 done, 1 schemas refused or files that differ, 2 an argument that is not known
 */
export async function runGenerate(args: readonly string[], around: Surroundings): Promise<number> {
  let check: boolean;
  try {
    check = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } }).values.check;
  } catch (cause) {
    around.complain(cause instanceof Error ? cause.message : String(cause));
    around.complain(USAGE);
    return 2;
  }
  try {
    const { files, warnings } = await generateFiles(around.schemas);
    for (const warning of warnings) around.complain(formatFinding(warning));
    return check ? await reportDifferences(around, files) : await write(around, files);
  } catch (cause) {
    if (!(cause instanceof SchemasRefused)) throw cause;
    for (const finding of cause.findings) around.complain(formatFinding(finding));
    around.complain(`${cause.findings.length} error${cause.findings.length === 1 ? '' : 's'}; nothing was generated.`);
    return 1;
  }
}

async function reportDifferences(around: Surroundings, files: ReadonlyMap<string, string>): Promise<number> {
  const differences = await findDifferences(around.root, files);
  if (differences.length === 0) return 0;
  around.complain(`In ${around.root}, found what the schemas do not give:`);
  for (const { file, how } of differences) around.complain(`  ${file}: ${how}`);
  around.complain('Run scripts/generate.ts without --check, and commit what it writes.');
  return 1;
}

async function write(around: Surroundings, files: ReadonlyMap<string, string>): Promise<number> {
  const differences = await writeFiles(around.root, files);
  for (const { file, how } of differences)
    around.print(`${how === 'not generated any more' ? 'deleted' : 'wrote'} ${file}`);
  if (differences.length === 0) around.print('Nothing to do: the generated files are what the schemas give.');
  return 0;
}
