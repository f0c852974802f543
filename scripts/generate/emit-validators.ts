import standaloneModule from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { THOROUGH_VALUES } from './bounded-errors.ts';
import { compiledModules, installedPackages } from './bundle-plugins.ts';
import { createCompiler } from './compiler.ts';
import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { withoutAnnotations } from './subschemas.ts';

/** The compiled validators of all types, as one ES module that imports nothing. */
export async function emitValidators(schemas: readonly EventSchema[]): Promise<string> {
  const entries = schemas.map(({ type }) => {
    const name = exportName(type);
    return `  ${JSON.stringify(type)}: boundErrors(quick.${name}, thorough.${name}),`;
  });
  const entry = [
    "import * as quick from 'compiled:quick';",
    "import * as thorough from 'compiled:thorough';",
    "import { boundErrors } from './bounded-errors.ts';",
    // No prototype, so that a type such as "constructor" finds nothing.
    `export const validators = Object.freeze({\n  __proto__: null,\n${entries.join('\n')}\n});`,
  ].join('\n');
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
    plugins: [compiledModules({ quick: compile(schemas, false), thorough: compile(schemas, true) }), installedPackages],
  });
  return outputFiles[0]?.text ?? '';
}

/** The type as an identifier. No two types share one: `.`, `:` and `@` have fixed places in the grammar. */
const exportName = (type: string): string => type.replaceAll('-', '$').replaceAll(/[.:@]/g, '_');

function compile(schemas: readonly EventSchema[], allErrors: boolean): string {
  const compiler = createCompiler(allErrors);
  const names: Record<string, string> = {};
  for (const { type, schema } of schemas) {
    const name = exportName(type);
    compiler.addSchema(withoutAnnotations(schema), name);
    names[name] = name;
  }
  return standaloneModule.default(compiler, names);
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
