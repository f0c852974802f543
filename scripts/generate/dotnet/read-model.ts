import type { EventSchema } from '../event-schema.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { definitionName, typeName } from '../names.ts';
import { documentationOf } from './documentation.ts';
import { Flattener, isClosed, typeOfValues, valuesOf } from './flatten.ts';
import type { CsDeclaration, CsModel, CsProperty, CsType } from './model.ts';
import { itemName, NamesTaken, OF_EVERY_RECORD, pascalName } from './names.ts';
import { numberLiteral, quoted } from './source-text.ts';

const JSON_VALUE: CsType = { kind: 'json' };

/** The classes of every event, by its type. */
export function readModels(schemas: readonly EventSchema[]): ReadonlyMap<string, CsModel> {
  // The schema checks have seen to it that these are all different.
  const names = new NamesTaken(schemas.flatMap((schema) => [typeName(schema), ...definitionsOf(schema)]));
  return new Map(schemas.map((schema) => [schema.type, new ModelReader(schema, names).read()]));
}

const definitionsOf = (schema: EventSchema): string[] =>
  Object.keys(isObject(schema.schema['$defs']) ? schema.schema['$defs'] : {}).map((key) => definitionName(schema, key));

class ModelReader {
  readonly #event: EventSchema;
  readonly #names: NamesTaken;
  readonly #flattener: Flattener;
  readonly #declarations: CsDeclaration[] = [];
  /** A schema that is used twice, by reference, is one type. */
  readonly #declared = new Map<JsonObject, CsType>();

  constructor(event: EventSchema, names: NamesTaken) {
    this.#event = event;
    this.#names = names;
    this.#flattener = new Flattener(event.schema);
  }

  read(): CsModel {
    const { schema } = this.#flattener.flatten(this.#event.schema);
    const name = typeName(this.#event);
    // Whatever else an event may be: that it is an object is what the hub demands.
    this.#declareRecord(name, schema, documentationOf({ ...this.#event.schema, title: this.#event.title }));
    return { name, declarations: this.#declarations };
  }

  #declareRecord(name: string, schema: JsonObject, documentation = documentationOf(schema)): CsType {
    const type: CsType = { kind: 'declared', name };
    this.#declared.set(schema, type);
    const place = this.#declarations.length;
    const taken = new NamesTaken([...OF_EVERY_RECORD, name]);
    const properties = Object.entries(isObject(schema['properties']) ? schema['properties'] : {})
      .filter(([, property]) => property !== false)
      .map(([wireName, property]) => this.#property(wireName, property, schema, name, taken));
    const others = !isClosed(schema) ? taken.take('AdditionalProperties') : undefined;
    // What it is made of was declared meanwhile; a reader wants to see the whole first.
    this.#declarations.splice(place, 0, { kind: 'record', name, properties, others, documentation });
    return type;
  }

  #property(wireName: string, property: unknown, owner: JsonObject, ownerName: string, taken: NamesTaken): CsProperty {
    const name = taken.take(pascalName(wireName));
    const { schema, nullable, definition } = this.#flattener.flatten(property);
    const required = Array.isArray(owner['required']) && owner['required'].includes(wireName);
    const type = this.#type(schema, this.#nameFor(definition, this.#nameWithin(ownerName, name)));
    return {
      wireName,
      name,
      type,
      required,
      nullable: nullable || schema['type'] === 'null',
      constant: required && !nullable ? constantOf(schema, type) : undefined,
      documentation: documentationOf(isObject(property) ? { ...schema, ...property } : schema),
    };
  }

  /** What lies deep is not named by all that it lies in: a name has at most 1023 bytes. Source: the compiler's CS7013. */
  #nameWithin(ownerName: string, name: string): string {
    const whole = `${ownerName}${name}`;
    return whole.length > 256 ? `${typeName(this.#event)}${name}` : whole;
  }

  /** A function, because a name is taken only when a type needs one. */
  #nameFor(definition: string | undefined, otherwise: string): () => string {
    return () => (definition === undefined ? this.#names.take(otherwise) : definitionName(this.#event, definition));
  }

  #type(schema: JsonObject, name: () => string): CsType {
    const declared = this.#declared.get(schema);
    if (declared !== undefined) return declared;
    const type = typeOf(schema);
    if (type === 'string') return this.#text(schema, name);
    if (type === 'boolean') return { kind: 'boolean' };
    if (type === 'number' || type === 'integer') return { kind: numberKind(type, schema) };
    if (type === 'array') return this.#list(schema, name);
    // Numbers of both kinds are numbers.
    if (Array.isArray(type) && type.every((one) => one === 'number' || one === 'integer')) return { kind: 'double' };
    if (type !== 'object' || valuesOf(schema) !== undefined) return JSON_VALUE;
    const isRecord = isObject(schema['properties']) && Object.keys(schema['properties']).length > 0;
    return isRecord || isClosed(schema) ? this.#declareRecord(name(), schema) : this.#map(schema, name);
  }

  #text(schema: JsonObject, name: () => string): CsType {
    const values = valuesOf(schema);
    if (!Object.hasOwn(schema, 'const') && values?.every(isNameOfMember)) {
      const type: CsType = { kind: 'declared', name: name() };
      const taken = new NamesTaken();
      this.#declared.set(schema, type);
      this.#declarations.push({
        kind: 'enum',
        name: type.name,
        members: values.map((value) => ({ name: taken.take(pascalName(value)), value })),
        documentation: documentationOf(schema),
      });
      return type;
    }
    if (values !== undefined) return { kind: 'text' };
    return { kind: TEXT_KINDS.get(schema['format']) ?? 'text' };
  }

  #list(schema: JsonObject, name: () => string): CsType {
    const { prefixItems, items } = schema;
    // Of a tuple no type says what is at which place; where all are alike, it is a list of these.
    const inner = Array.isArray(prefixItems) ? { anyOf: prefixItems } : items;
    return this.#many('list', inner, () => itemName(name()));
  }

  #map(schema: JsonObject, name: () => string): CsType {
    const { patternProperties, additionalProperties: others } = schema;
    const kinds: unknown[] = Object.values(isObject(patternProperties) ? patternProperties : {});
    if (others !== false && schema['unevaluatedProperties'] !== false) kinds.push(others ?? true);
    return this.#many('map', kinds.length === 1 ? kinds[0] : { anyOf: kinds }, () => `${name()}Value`);
  }

  #many(kind: 'list' | 'map', inner: unknown, name: () => string): CsType {
    const { schema, nullable, definition } = this.#flattener.flatten(inner);
    const itemsName = (): string => this.#nameFor(definition, definition === undefined ? name() : '')();
    const of = this.#type(schema, itemsName);
    return { kind, of, nullableItems: nullable };
  }
}

const TEXT_KINDS: ReadonlyMap<unknown, 'timestamp' | 'date'> = new Map([
  ['date-time', 'timestamp'],
  ['date', 'date'],
]);

/** `decimal` is what the schema asks for: by its format, or because its values are whole multiples of a fraction. */
function numberKind(type: string, { format, multipleOf }: JsonObject): 'int' | 'long' | 'double' | 'decimal' {
  if (format === 'int32') return 'int';
  if (format === 'int64' || type === 'integer') return 'long';
  if (format === 'decimal' || (typeof multipleOf === 'number' && !Number.isInteger(multipleOf))) return 'decimal';
  return 'double';
}

/** The only type of several that its values are of, if it lists them. */
function typeOf(schema: JsonObject): unknown {
  const { type } = schema;
  if (!Array.isArray(type)) return type ?? typeOfValues(schema);
  return type.length === 1 ? type[0] : (typeOfValues(schema) ?? type);
}

function constantOf(schema: JsonObject, { kind }: CsType): string | undefined {
  if (!Object.hasOwn(schema, 'const')) return undefined;
  const value = schema['const'];
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numberLiteral(value, kind);
  return typeof value === 'boolean' ? String(value) : undefined;
}

/** What the serializer takes as the name of a member. To .NET, U+0085 is white space too. */
const isNameOfMember = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !/^[\s\u0085]|[\s\u0085]$|,/.test(value);
