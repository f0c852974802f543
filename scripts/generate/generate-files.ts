import { checkSchemas } from './check-schemas.ts';
import { emitCatalogue } from './emit-catalogue.ts';
import { emitValidators, VALIDATOR_TYPES } from './emit-validators.ts';
import { type Finding, SchemasRefused } from './finding.ts';
import { readSchemas } from './read-schemas.ts';

export interface Generated {
  /** Content by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly warnings: readonly Finding[];
}

/**
 * What `gen/` should hold, from the schemas in a directory. The same schemas always give the same bytes.
 *
 * @throws SchemasRefused with every error that was found
 */
export async function generateFiles(directory: string): Promise<Generated> {
  const read = await readSchemas(directory);
  const checked = checkSchemas(read.documents);
  const findings = [...read.findings, ...checked.findings];
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new SchemasRefused(errors);
  const files = new Map([
    ['catalogue.ts', emitCatalogue(checked.schemas)],
    ['validators.d.ts', VALIDATOR_TYPES],
    ['validators.js', await emitValidators(checked.schemas)],
  ]);
  return { files, warnings: findings };
}
