import { describe, type Violation } from '@tidings/contracts';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { validators } from '@tidings/contracts/gen/validators.js';
import type { EventDefinition, EventDefinitions } from '../core/ports/event-definitions.ts';

/** Violations that an answer names: enough to mend an event by, few enough for any answer. */
const MAX_VIOLATIONS = 20;

/** The event types of `schemas/`, as generated at build time. */
export function createGeneratedDefinitions(): EventDefinitions {
  const definitions = new Map<string, EventDefinition>();
  for (const { type, module, source } of eventTypes) {
    const validator = validators[type];
    if (validator === undefined) throw new Error(`The generated code has no validator for ${type}: generate it anew`);
    const validate = (data: unknown): readonly Violation[] => {
      if (validator(data)) return [];
      return (validator.errors ?? []).slice(0, MAX_VIOLATIONS).map(({ instancePath, message, params, keyword }) => ({
        path: instancePath,
        message: `${expectation(message)}${detail(keyword, params)}, found ${describe(valueAt(data, instancePath))}`,
      }));
    };
    definitions.set(type, { type, module, source, validate });
  }
  return { find: (type) => definitions.get(type), types: [...definitions.keys()] };
}

/** The validator's "must be string" in the words of all other messages. */
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
