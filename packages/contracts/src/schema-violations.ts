import type { Violation } from './codes.ts';
import { describe } from './identifiers.ts';

/** What a generated validator reports, as far as it is read. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Violations that an answer names: enough to mend an event by, few enough for any answer. */
const MAX_VIOLATIONS = 20;

/** What a validator found wrong with data, in the words of all other messages. Pointers lead into the data. */
export const schemaViolations = (errors: readonly SchemaError[], data: unknown): readonly Violation[] =>
  errors.slice(0, MAX_VIOLATIONS).map(({ instancePath, message, params, keyword }) => ({
    path: instancePath,
    message: `${expectation(message)}${detail(keyword, params)}, found ${describe(valueAt(data, instancePath))}`,
  }));

/** The validator says "must be string". */
const expectation = (message = 'must be otherwise'): string =>
  message.replace(/^must (?:be )?/, (must) => (must === 'must be ' ? 'expected ' : 'expected to '));

/** What the validator's message leaves out: which values, or which property. */
function detail(keyword: string, params: Readonly<Record<string, unknown>>): string {
  if (keyword === 'enum' && Array.isArray(params['allowedValues'])) return `: ${params['allowedValues'].join(', ')}`;
  if (keyword === 'const') return `: ${describe(params['allowedValue'])}`;
  const property = params['additionalProperty'] ?? params['unevaluatedProperty'];
  return typeof property === 'string' ? `: ${describe(property)}` : '';
}

function valueAt(data: unknown, pointer: string): unknown {
  let value = data;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
