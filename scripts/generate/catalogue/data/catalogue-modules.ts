import type { EventSchema } from '../../event-schema.ts';
import { createTokenize } from '../html/highlight.ts';
import { type Catalogue, entriesOf } from '../model.ts';
import { indexData, typeData } from './type-data.ts';

/**
 * The catalogue as ES modules, by name: `index`, whose default export is the list of all types and whose `pages` say how
 * to load the others, and one for each type, whose default export is all about it.
 *
 * @param addressOf by what name a module is imported
 */
export async function catalogueModules(
  catalogue: Catalogue,
  schemas: readonly EventSchema[],
  addressOf: (name: string) => string,
): Promise<ReadonlyMap<string, string>> {
  const tokenize = await createTokenize();
  const sources = new Map(schemas.map(({ type, schema }) => [type, schema]));
  const entries = entriesOf(catalogue);
  const loaders = entries.map(({ type, page }) => `  [${text(type)}, () => import(${text(addressOf(page))})],`);
  return new Map([
    ['index', `${exported(indexData(catalogue))}export const pages = new Map([\n${loaders.join('\n')}\n]);\n`],
    ...entries.map((entry): [string, string] => [
      entry.page,
      exported(typeData(entry, sources.get(entry.type) ?? {}, tokenize)),
    ]),
  ]);
}

const text = (value: string): string => JSON.stringify(value);

/** Browsers read JSON in a string faster than the same as an expression, and a schema's `__proto__` stays a name. */
const exported = (value: unknown): string => `export default JSON.parse(${text(JSON.stringify(value))});\n`;
