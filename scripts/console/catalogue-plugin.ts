import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { checkedSchemas } from '../generate/catalogue/checked-schemas.ts';
import { catalogueModules } from '../generate/catalogue/data/catalogue-modules.ts';
import { environmentNames } from '../generate/catalogue/environments.ts';
import { buildCatalogue } from '../generate/catalogue/model.ts';

/** What the page imports the catalogue by; types are in `console/src/pages/catalogue/virtual-catalogue.d.ts`. */
const ADDRESS = 'virtual:catalogue';
/** By convention other plugins leave alone what begins so. */
const MARK = '\0';

/**
 * Gives the console the catalogue of the schemas in a folder, made by the same generator as the site and the Markdown:
 * `virtual:catalogue` is the list of all types, and each type is a module, hence a file, of its own.
 */
export function cataloguePlugin(schemaDirectory: string): Plugin {
  let modules: Promise<ReadonlyMap<string, string>> | undefined;
  return {
    name: 'tidings-catalogue',
    buildStart() {
      modules = undefined;
    },
    resolveId: (id) => (id === ADDRESS || id.startsWith(`${ADDRESS}/`) ? `${MARK}${id}` : undefined),
    async load(id) {
      if (!id.startsWith(`${MARK}${ADDRESS}`)) return undefined;
      modules ??= makeModules(schemaDirectory);
      const name = id.slice(`${MARK}${ADDRESS}/`.length) || 'index';
      const code = (await modules).get(name);
      if (code === undefined) throw new Error(`There is no ${id.slice(MARK.length)}: no schema makes it`);
      return { code, moduleType: 'js', map: null };
    },
  };
}

/** @throws SchemasRefused with every error that was found */
async function makeModules(schemaDirectory: string): Promise<ReadonlyMap<string, string>> {
  const schemas = await checkedSchemas(schemaDirectory);
  return await catalogueModules(buildCatalogue(schemas, environmentNames()), schemas, (name) => `${ADDRESS}/${name}`);
}

/** The schemas of this repository. */
export const SCHEMAS = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'schemas');
