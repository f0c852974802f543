import { isObject, type JsonObject, member, resolvePointer } from '../json-value.ts';
import { targetOf } from '../reference.ts';

/** A schema in which no keyword is left that combines others, but what a class can say of it. */
export interface Flat {
  readonly schema: JsonObject;
  readonly nullable: boolean;
  /** The definition that this is, if it is nothing but a reference to it. */
  readonly definition: string | undefined;
}

const ANY: Flat = { schema: {}, nullable: false, definition: undefined };

/** They say nothing about data, so a reference beside them is still only a reference. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$comment',
  'default',
  'deprecated',
  'description',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);

/**
 * Makes one schema of those that are combined. What no class can say (`not`, `if`, …) is left out: the class is then
 * wider than the schema, never narrower, so that it holds whatever keeps to the schema.
 */
export class Flattener {
  readonly #root: JsonObject;
  // One object for each schema, so that a type which is used twice is recognized and written once.
  readonly #done = new Map<JsonObject, Flat>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  flatten(schema: unknown): Flat {
    if (!isObject(schema)) return ANY;
    const known = this.#done.get(schema);
    if (known !== undefined) return known;
    const flat = this.#flatten(schema);
    this.#done.set(schema, flat);
    return flat;
  }

  #flatten(schema: JsonObject): Flat {
    const { $ref: reference, allOf, anyOf, oneOf, ...own } = schema;
    const isChoiceOnly = [reference, allOf, anyOf, oneOf].filter((one) => one !== undefined).length === 1;
    const parts: Flat[] = [];
    if (typeof reference === 'string') parts.push(this.#target(reference));
    if (Array.isArray(allOf)) parts.push(...allOf.map((inner) => this.flatten(inner)));
    for (const choices of [anyOf, oneOf])
      if (Array.isArray(choices)) parts.push(this.#either(choices, isChoiceOnly ? own : {}));
    const [only] = parts;
    if (only === undefined) return withoutNull(own, schema);
    if (parts.length === 1 && Object.keys(own).every((keyword) => ANNOTATIONS.has(keyword))) return only;
    const ownPart = withoutNull(own, own);
    const all = Object.keys(own).some((keyword) => !ANNOTATIONS.has(keyword)) ? [...parts, ownPart] : parts;
    return {
      schema: all.map((part) => part.schema).reduce(both),
      nullable: all.some(({ nullable }) => nullable) && all.every((part) => part.nullable || isOfAnyType(part)),
      definition: undefined,
    };
  }

  #target(reference: string): Flat {
    const pointer = targetOf(reference) ?? '';
    const flat = this.flatten(resolvePointer(this.#root, pointer));
    const [, keyword, name, ...deeper] = pointer.split('/');
    const named = keyword === '$defs' && name !== undefined && deeper.length === 0 && flat.definition === undefined;
    return named ? { ...flat, definition: name.replaceAll('~1', '/').replaceAll('~0', '~') } : flat;
  }

  /** @param around what the choices stand in, if nothing else there says which members there may be */
  #either(choices: readonly unknown[], around: JsonObject): Flat {
    const all = choices.filter((choice) => choice !== false).map((choice) => this.flatten(choice));
    const nullable = all.some((choice) => choice.nullable || choice.schema['type'] === 'null');
    const [first, ...others] = all.filter(({ schema }) => schema['type'] !== 'null');
    if (first === undefined) return { schema: { type: 'null' }, nullable: true, definition: undefined };
    if (others.length === 0) return { ...first, nullable };
    return {
      schema: others.map(({ schema }) => schema).reduce((left, right) => oneOfTwo(left, right, around), first.schema),
      nullable,
      definition: undefined,
    };
  }
}

/** `["string", "null"]` is text that may be null. */
function withoutNull(own: JsonObject, same: JsonObject): Flat {
  const { type, enum: values } = own;
  const nullType = Array.isArray(type) && type.includes('null');
  const nullValue = Array.isArray(values) && values.includes(null) && values.length > 1;
  if (!nullType && !nullValue) return { schema: same, nullable: false, definition: undefined };
  const types = Array.isArray(type) ? type.filter((name) => name !== 'null') : type;
  const schema = {
    ...own,
    ...(types !== undefined && { type: Array.isArray(types) && types.length === 1 ? types[0] : types }),
    ...(Array.isArray(values) && { enum: values.filter((value) => value !== null) }),
  };
  // Listed values without null are not null, whatever the type says.
  return { schema, nullable: Array.isArray(values) ? nullValue : nullType, definition: undefined };
}

const isOfAnyType = ({ schema }: Flat): boolean => schema['type'] === undefined && valuesOf(schema) === undefined;

/** Data that keeps to two schemas at once. */
function both(left: JsonObject, right: JsonObject): JsonObject {
  return {
    ...left,
    ...right,
    ...allOfMembers('properties', left, right),
    ...allOfMembers('patternProperties', left, right),
    ...(Array.isArray(left['required']) &&
      Array.isArray(right['required']) && { required: [...new Set([...left['required'], ...right['required']])] }),
    ...([left, right].some(isClosedByItself) && { additionalProperties: false }),
  };
}

/** Data that keeps to one of two schemas. What only one of them says is not sure. */
function oneOfTwo(left: JsonObject, right: JsonObject, around: JsonObject): JsonObject {
  const type = left['type'] ?? typeOfValues(left);
  if (type === undefined || Array.isArray(type) || type !== (right['type'] ?? typeOfValues(right))) return {};
  if (type === 'array') return { type, items: { anyOf: [left['items'] ?? {}, right['items'] ?? {}] } };
  if (type !== 'object') {
    const [some, others] = [valuesOf(left), valuesOf(right)];
    if (some !== undefined && others !== undefined) return { type, enum: [...new Set([...some, ...others])] };
    return { type, ...(left['format'] === right['format'] && { format: left['format'] }) };
  }
  const inLeft = Array.isArray(left['required']) ? left['required'] : [];
  const inRight: readonly unknown[] = Array.isArray(right['required']) ? right['required'] : [];
  return {
    type,
    properties: anyOfProperties(left, right, around),
    required: inLeft.filter((name) => inRight.includes(name)),
    ...eitherOthers(left, right),
  };
}

/** Whether an object can have no members but those that its schema names. */
export const isClosed = (schema: JsonObject): boolean =>
  !isObject(schema['patternProperties']) && othersOf(schema) === false;

/** Where neither choice says a word of members that it does not name, what is around them may refuse these. */
function eitherOthers(left: JsonObject, right: JsonObject): JsonObject {
  if (isClosed(left) && isClosed(right)) return { additionalProperties: false };
  const saysNothing = (schema: JsonObject): boolean =>
    isClosed(schema) || (othersOf(schema) === undefined && !isObject(schema['patternProperties']));
  return saysNothing(left) && saysNothing(right) ? {} : { additionalProperties: true };
}

const isClosedByItself = (schema: JsonObject): boolean =>
  !isObject(schema['patternProperties']) && schema['additionalProperties'] === false;

/** They may name members of which no class tells. */
const CONDITIONS = ['if', 'then', 'else', 'dependentSchemas'] as const;

/** What members may be that a schema does not name; anything, if it says nothing. */
function othersOf(schema: JsonObject): unknown {
  const hasConditions = CONDITIONS.some((keyword) => Object.hasOwn(schema, keyword));
  return schema['additionalProperties'] ?? (hasConditions ? true : schema['unevaluatedProperties']);
}

export const valuesOf = (schema: JsonObject): readonly unknown[] | undefined =>
  Object.hasOwn(schema, 'const') ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : undefined;

/** A schema that lists its values says by them of what type they are. */
export function typeOfValues(schema: JsonObject): string | undefined {
  const types = new Set(valuesOf(schema)?.map(typeOfValue));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}

const typeOfValue = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function allOfMembers(keyword: string, left: JsonObject, right: JsonObject): JsonObject {
  const [some, others] = [left[keyword], right[keyword]];
  if (!isObject(some) || !isObject(others)) return isObject(some) ? { [keyword]: some } : {};
  const both = mapOfBoth(some, others, (_name, one, other) =>
    one === undefined || other === undefined ? (one ?? other) : { ...annotationsOf(one), allOf: [one, other] },
  );
  return { [keyword]: both };
}

/** What only one of two objects names may be in the other too, where that is open: as anything that it leaves open. */
function anyOfProperties(left: JsonObject, right: JsonObject, around: JsonObject): JsonObject {
  const unnamedIn = (object: JsonObject, name: string): unknown => {
    if (isClosed(object) || (isClosed(around) && !Object.hasOwn(propertiesOf(around), name))) return false;
    return isObject(object['patternProperties']) || (othersOf(object) ?? true);
  };
  return mapOfBoth(propertiesOf(left), propertiesOf(right), (name, inLeft, inRight) => {
    const [one, other] = [inLeft ?? unnamedIn(left, name), inRight ?? unnamedIn(right, name)];
    if (one === false || other === false) return one === false ? other : one;
    return { ...annotationsOf(other), ...annotationsOf(one), anyOf: [one, other] };
  });
}

/** What two objects have, by name; `undefined` is what only the other has. */
function mapOfBoth(
  left: JsonObject,
  right: JsonObject,
  combine: (name: string, inLeft: unknown, inRight: unknown) => unknown,
): JsonObject {
  const names = Object.keys({ ...left, ...right });
  return Object.fromEntries(names.map((name) => [name, combine(name, member(left, name), member(right, name))]));
}

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isObject(properties) ? properties : {});

const annotationsOf = (schema: unknown): JsonObject =>
  isObject(schema) ? Object.fromEntries(Object.entries(schema).filter(([keyword]) => ANNOTATIONS.has(keyword))) : {};
