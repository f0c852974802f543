import type { Ajv2020 } from 'ajv/dist/2020.js';
import { describe } from '../../packages/contracts/src/identifiers.ts';
import { errorAt, type Finding } from './finding.ts';
import { below, type JsonObject, resolvePointer } from './json-value.ts';
import { withoutAnnotations } from './subschemas.ts';

/** Rules whose message does not say what it is about. */
const NAMED_IN_PARAMETERS: ReadonlySet<string> = new Set([
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'enum',
  'const',
]);

/** Whether there is an example. */
export function checkExamplesPresent(file: string, { examples }: JsonObject): Finding[] {
  if (Array.isArray(examples) && examples.length > 0) return [];
  const message = `expected at least one example, found ${describe(examples)}`;
  return [errorAt('EXAMPLES_MISSING', file, '/examples', message)];
}

/** Whether every example keeps to its schema. The schema must compile. */
export function checkExamples(file: string, schema: JsonObject, compiler: Ajv2020): Finding[] {
  const { examples } = schema;
  if (!Array.isArray(examples)) return [];
  const validate = compiler.compile(withoutAnnotations(schema));
  return examples.flatMap((example: unknown, index) => {
    if (validate(example)) return [];
    return (validate.errors ?? []).map(({ keyword, instancePath, message, params }) =>
      errorAt(
        'EXAMPLE_INVALID',
        file,
        `${below('/examples', index)}${instancePath}`,
        `${message ?? 'breaks the schema'}${NAMED_IN_PARAMETERS.has(keyword) ? ` ${JSON.stringify(params)}` : ''}, ` +
          `found ${describe(resolvePointer(example, instancePath))}`,
      ),
    );
  });
}
