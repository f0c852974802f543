import { checkSchemas } from '../check-schemas.ts';
import type { EventSchema } from '../event-schema.ts';
import { SchemasRefused } from '../finding.ts';
import { readSchemas } from '../read-schemas.ts';

/**
 * The schemas in a directory, all of them in order.
 *
 * @throws SchemasRefused with every error that was found
 */
export async function checkedSchemas(schemaDirectory: string): Promise<readonly EventSchema[]> {
  const read = await readSchemas(schemaDirectory);
  const { schemas, findings } = checkSchemas(read.documents);
  const errors = [...read.findings, ...findings].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new SchemasRefused(errors);
  return schemas;
}
