import standaloneModule from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { THOROUGH_VALUES } from './bounded-errors.ts';
import { compiledModules, installedPackages } from './bundle-plugins.ts';
import { createCompiler } from './compiler.ts';
import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { withoutAnnotations } from './subschemas.ts';

const FOLDER = 'packages/contracts/gen';
/** Beside the types' modules; no type has such a name, which begins with a module and has four parts. */
const RUNTIME = './runtime.js';

/**
 * The compiled validators: a module for each type, so that whoever bundles them can load each when its type is met; one
 * with what they share of the compiler's packages; and `validators.js`, which has all of them. They import nothing else.
 *
 * @returns the files by path
 */
export async function emitValidators(schemas: readonly EventSchema[]): Promise<ReadonlyMap<string, string>> {
  const packages = new Set<string>();
  const files = new Map<string, string>();
  for (const schema of schemas) {
    const sources = {
      quick: withPackages(compile(schema, 'quick'), packages),
      thorough: withPackages(compile(schema, 'thorough'), packages),
    };
    const entry = "export { quick } from 'compiled:quick';\nexport { thorough } from 'compiled:thorough';";
    files.set(`${FOLDER}/validators/${fileName(schema.type)}`, await bundle(entry, sources));
  }
  const runtime = [...packages].sort().map((name) => `export const ${identifier(name)} = require('${name}');`);
  files.set(
    `${FOLDER}/validators/runtime.js`,
    await bundle("export * from 'compiled:runtime';", { runtime: runtime.join('\n') }),
  );
  files.set(`${FOLDER}/validators.js`, await bundle(entryOf(schemas), {}));
  return files;
}

function entryOf(schemas: readonly EventSchema[]): string {
  const imports = schemas.map(({ type }) => `import * as ${identifier(type)} from './validators/${fileName(type)}';`);
  const entries = schemas.map(({ type }) => `  ${JSON.stringify(type)}: boundErrors(() => ${identifier(type)}),`);
  return [
    ...imports,
    "import { boundErrors } from './bounded-errors.ts';",
    // No prototype, so that a type such as "constructor" finds nothing.
    `export const validators = Object.freeze({\n  __proto__: null,\n${entries.join('\n')}\n});`,
  ].join('\n');
}

async function bundle(entry: string, sources: Readonly<Record<string, string>>): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, sourcefile: 'validators', loader: 'js' },
    absWorkingDir: import.meta.dirname,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    banner: { js: HEADER },
    external: [RUNTIME, './validators/*'],
    plugins: [compiledModules(sources), installedPackages],
  });
  return outputFiles[0]?.text ?? '';
}

/** The type as the name of a file. No two types share one: `.`, `:` and `@` have fixed places in the grammar. */
const fileName = (type: string): string => `${type.replaceAll(/[:@]/g, '.')}.js`;

/** A type or the name of a package's module as an identifier, no two the same. */
const identifier = (name: string): string => name.replaceAll('-', '$').replaceAll(/[.:@/]/g, '_');

function compile({ schema }: EventSchema, name: 'quick' | 'thorough'): string {
  const compiler = createCompiler(name === 'thorough');
  compiler.addSchema(withoutAnnotations(schema), name);
  return standaloneModule.default(compiler, { [name]: name });
}

/** Compiled code that imports what it would require, and remembers what that is. */
function withPackages(code: string, packages: Set<string>): string {
  const used = new Set<string>();
  const body = code.replaceAll(/require\("([^"]+)"\)/g, (_, name: string) => {
    used.add(name);
    packages.add(name);
    return identifier(name);
  });
  if (used.size === 0) return body;
  return `import { ${[...used].map(identifier).join(', ')} } from '${RUNTIME}';\n${body}`;
}

/** What TypeScript knows of `validators.js`. */
export const VALIDATOR_TYPES = `${HEADER}
/** One way in which data breaks its schema. */
export interface ValidationError {
  /** JSON pointer into the data; empty for the data as a whole. */
  readonly instancePath: string;
  /** The keyword of the schema that was broken, such as \`required\`. */
  readonly keyword: string;
  /** What the keyword has to say, such as \`{ missingProperty: 'license' }\`. */
  readonly params: Record<string, unknown>;
  readonly message?: string;
}

/**
 * Whether \`data\` keeps to its schema. If not, \`errors\` says why until the next call: everything that is wrong with
 * data of up to ${THOROUGH_VALUES} values, and the first thing that is wrong with larger data.
 */
export type ValidateFunction = ((data: unknown) => boolean) & { errors?: readonly ValidationError[] | null };

/** By event type. It has no prototype: \`constructor\` and \`__proto__\` find nothing. */
export declare const validators: Readonly<Record<string, ValidateFunction>>;
`;
