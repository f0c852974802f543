import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

const OPTIONS: Options = {
  strict: true,
  // `["string", "null"]` is how a nullable property is written.
  allowUnionTypes: true,
  // Only what the data itself holds counts: a required `toString` must not be found on the prototype.
  ownProperties: true,
  code: { source: true, esm: true },
};

/**
 * A compiler for draft 2020-12 with the formats of `ajv-formats`.
 *
 * @param allErrors Whether its validators go on after the first error.
 */
export function createCompiler(allErrors: boolean): Ajv2020 {
  const compiler = new Ajv2020({ ...OPTIONS, allErrors });
  ajvFormats.default(compiler);
  // For who makes types of a schema: digits that must stay as they are. It demands nothing of data. Source: OpenAPI
  // Format Registry, "decimal".
  compiler.addFormat('decimal', true);
  return compiler;
}
