import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkSchemas } from '../check-schemas.ts';
import { SchemasRefused } from '../finding.ts';
import { readSchemas } from '../read-schemas.ts';
import { environmentNames } from './environments.ts';
import { siteFiles } from './html/site.ts';
import { buildCatalogue } from './model.ts';

/**
 * Writes the site of the schemas in a directory into a folder, which holds nothing else afterwards.
 *
 * @returns how many files it has
 * @throws SchemasRefused with every error that was found; then nothing is written
 */
export async function writeSite(schemaDirectory: string, folder: string): Promise<number> {
  const read = await readSchemas(schemaDirectory);
  const { schemas, findings } = checkSchemas(read.documents);
  const errors = [...read.findings, ...findings].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new SchemasRefused(errors);
  const files = await siteFiles(buildCatalogue(schemas, environmentNames()), schemas);
  await rm(folder, { recursive: true, force: true });
  for (const [name, content] of files) {
    const place = path.join(folder, name);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  return files.size;
}
