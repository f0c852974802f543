import { schemaViolations, type Violation } from '@tidings/contracts';
import { eventRoutes } from '@tidings/contracts/gen/catalogue.ts';
import { validators } from '@tidings/contracts/gen/validators.js';
import type { EventDefinition, EventDefinitions } from '../core/ports/event-definitions.ts';

/** The event types of `schemas/`, as generated at build time. */
export function createGeneratedDefinitions(): EventDefinitions {
  const definitions = new Map<string, EventDefinition>();
  for (const { type, module, source } of eventRoutes) {
    const validator = validators[type];
    if (validator === undefined) throw new Error(`The generated code has no validator for ${type}: generate it anew`);
    const validate = (data: unknown): readonly Violation[] =>
      validator(data) ? [] : schemaViolations(validator.errors ?? [], data);
    definitions.set(type, { type, module, source, validate });
  }
  return { find: (type) => definitions.get(type), types: [...definitions.keys()] };
}
