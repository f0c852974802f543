import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import type { RJSFSchema, ValidatorType } from '@rjsf/utils';
import type { Violation } from '@tidings/client';
import type { JsonSchema } from '../../hub/description.ts';
import { pointerOf, toErrorSchema } from './violations.ts';

/**
 * What data breaks of a schema, with pointers into the data. The schema is walked and not compiled, because the page's
 * content security policy lets no text become code.
 */
export function violationsOf(schema: JsonSchema, data: unknown): readonly Violation[] {
  const { errors } = validatorOf(schema).validate(data);
  return innermost(errors).map(toViolation);
}

/** The form asks it which of several schemas fits what is filled in. */
export const validator: ValidatorType = {
  isValid(schema, data, root) {
    try {
      // What a part of a schema refers to lies in the whole.
      const { $defs } = root as JsonSchema;
      const part = $defs === undefined ? (schema as JsonSchema) : { ...(schema as JsonSchema), $defs };
      return validatorOf(part).validate(data).valid;
    } catch {
      return false;
    }
  },
  validateFormData(data, schema) {
    const violations = violationsOf(schema as JsonSchema, data);
    return {
      errors: violations.map(({ path, message }) => ({ property: path, message, stack: `${path} ${message}` })),
      errorSchema: toErrorSchema(violations.map(({ path, message }) => ({ path: `/data${path}`, message }))),
    };
  },
  rawValidation: <Result>(schema: RJSFSchema, data: unknown) => ({
    errors: violationsOf(schema as JsonSchema, data) as unknown as Result[],
  }),
};

/** Schema → its validator; a schema is that of one type, and stays while the page is open. */
const made = new WeakMap<object, Validator>();

function validatorOf(schema: JsonSchema): Validator {
  const known = made.get(schema);
  if (known !== undefined) return known;
  // It writes marks of its own into what it is given. JSON, and not a structured clone: the form's marks are symbols.
  const copy = JSON.parse(JSON.stringify(schema)) as Schema;
  const validator = new Validator(copy, '2020-12', false);
  made.set(schema, validator);
  return validator;
}

/** Keywords of which only the whole is of interest, not what each of their branches finds. */
const BRANCHING: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'not', 'contains']);

/** Of an error and those that it follows from, only the latter. */
function innermost(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const branching = errors.filter(({ keyword }) => BRANCHING.has(keyword));
  const isWithin = (inner: OutputUnit, outer: OutputUnit) =>
    inner !== outer && inner.keywordLocation.startsWith(`${outer.keywordLocation}/`);
  return errors.filter((error) => {
    if (branching.some((outer) => isWithin(error, outer))) return false;
    if (BRANCHING.has(error.keyword)) return true;
    // That there is no such property is said a second time, of the property itself.
    if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
      return !errors.some(({ keyword }) => keyword === 'false' || keyword === 'type');
    }
    return !errors.some((inner) => isWithin(inner, error));
  });
}

const REQUIRED = /property "(.+)"\.$/;

function toViolation({ keyword, instanceLocation, error }: OutputUnit): Violation {
  const path = decodeURI(instanceLocation.slice(1));
  const missing = keyword === 'required' ? REQUIRED.exec(error)?.[1] : undefined;
  if (missing !== undefined) return { path: path + pointerOf([missing]), message: 'This must be filled in' };
  if (keyword === 'false') return { path, message: 'The schema has no property of this name' };
  return { path, message: error.replace(/^Instance(?: type)?/, 'The value').replace(/\.$/, '') };
}
