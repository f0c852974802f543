import { environmentNames } from './catalogue/environments.ts';
import { markdownPages } from './catalogue/markdown/index.ts';
import { buildCatalogue } from './catalogue/model.ts';
import { checkSchemas } from './check-schemas.ts';
import { emitDescriptions } from './describe/emit-descriptions.ts';
import { emitDotnet } from './dotnet/index.ts';
import { emitCatalogue } from './emit-catalogue.ts';
import { emitConstants } from './emit-constants.ts';
import { emitConstructors } from './emit-constructors.ts';
import { emitEventTypes } from './emit-event-types.ts';
import { emitRegistrySchemas } from './emit-registry-schemas.ts';
import { emitSchemas } from './emit-schemas.ts';
import { emitValidators, VALIDATOR_TYPES } from './emit-validators.ts';
import { type Finding, SchemasRefused } from './finding.ts';
import type { GeneratedFiles } from './generated-file.ts';
import { readSchemas } from './read-schemas.ts';

export interface Generated {
  readonly files: GeneratedFiles;
  readonly warnings: readonly Finding[];
}

/**
 * Everything that is generated, from the schemas in a directory. The same schemas always give the same bytes.
 *
 * @throws SchemasRefused with every error that was found
 */
export async function generateFiles(directory: string): Promise<Generated> {
  const read = await readSchemas(directory);
  const checked = checkSchemas(read.documents);
  const findings = [...read.findings, ...checked.findings];
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new SchemasRefused(errors);
  const { schemas } = checked;
  const files = new Map([
    ['packages/client/gen/constructors.ts', emitConstructors(schemas)],
    ['packages/contracts/gen/catalogue.ts', emitCatalogue(schemas)],
    ['packages/contracts/gen/constants.ts', emitConstants(schemas)],
    ['packages/contracts/gen/event-types.ts', await emitEventTypes(schemas)],
    ['packages/contracts/gen/registry-schemas.json', emitRegistrySchemas(schemas)],
    ['packages/contracts/gen/schemas.json', emitSchemas(schemas)],
    ['packages/contracts/gen/validators.d.ts', VALIDATOR_TYPES],
    ...(await emitValidators(schemas)),
    ...emitDescriptions(schemas),
    ...emitDotnet(schemas),
    ...markdownPages(buildCatalogue(schemas, environmentNames())),
  ]);
  return { files, warnings: findings };
}
