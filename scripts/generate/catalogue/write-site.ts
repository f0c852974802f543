import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkedSchemas } from './checked-schemas.ts';
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
  const schemas = await checkedSchemas(schemaDirectory);
  const files = await siteFiles(buildCatalogue(schemas, environmentNames()), schemas);
  await rm(folder, { recursive: true, force: true });
  for (const [name, content] of files) {
    const place = path.join(folder, name);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  return files.size;
}
