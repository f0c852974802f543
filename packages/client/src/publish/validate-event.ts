import { describe, schemaViolations, type Violation } from '@tidings/contracts';
import { validators } from '@tidings/contracts/gen/validators.js';

/**
 * Checks the data of an event against the schema of its type, as the hub does.
 *
 * It brings the compiled schemas of all events along, so it is an entry point of its own. Pass it to a client as
 * `validate`, above all to a `TidingsBusClient`: the bus gives no answer about data.
 *
 * @returns what is wrong, with JSON pointers into the event; nothing if all is well
 */
export function validateEvent({
  type,
  data,
}: {
  readonly type: string;
  readonly data?: unknown;
}): readonly Violation[] {
  const validator = validators[type];
  if (validator === undefined) {
    return [{ path: '/type', message: `expected an event type that this package knows, found ${describe(type)}` }];
  }
  if (validator(data)) return [];
  return schemaViolations(validator.errors ?? [], data).map(({ path, message }) => ({ path: `/data${path}`, message }));
}
