import type { EventSchema } from '../event-schema.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { typeName } from '../names.ts';
import { mapSchema } from './map-schema.ts';
import { EXAMPLE, ref } from './shared-schemas.ts';

/** What a component holds of a schema file: `$schema` and `$id` belong to the file, the rest stands elsewhere. */
const OF_THE_FILE: ReadonlySet<string> = new Set(['$schema', '$id', 'x-tidings']);

/** The component with the schema of an event's data. */
export const dataName = (schema: EventSchema): string => `${typeName(schema)}Data`;

/** Two components for every event type: its data, and the event as a whole. */
export function eventComponents(schemas: readonly EventSchema[]): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    schemas.flatMap((schema) => [
      [typeName(schema), toEvent(schema)],
      [dataName(schema), toData(schema)],
    ]),
  );
}

/** An event of the type as a producer would send it, with an example of its schema. */
export const exampleOf = ({ type, source, entity, examples: [data] }: EventSchema): JsonObject => ({
  specversion: '1.0',
  id: EXAMPLE.id,
  source,
  type,
  subject: `${entity}/1`,
  time: EXAMPLE.time,
  tenantid: EXAMPLE.tenant,
  data,
});

/** The same as the hub hands it out. */
export const recordedExampleOf = (schema: EventSchema): JsonObject => ({
  ...exampleOf(schema),
  sequence: EXAMPLE.sequence,
  recordedtime: EXAMPLE.recordedtime,
});

function toEvent(schema: EventSchema): JsonObject {
  const { type, source, title, description, deprecated, schema: own } = schema;
  return {
    title,
    ...(description !== '' && { description }),
    ...(deprecated && { deprecated }),
    type: 'object',
    allOf: [ref('EventAttributes')],
    // A schema that names no type may take an event without data; any other does not.
    required: ['source', 'type', ...(own['type'] === undefined ? [] : ['data'])],
    properties: { source: { const: source }, type: { const: type }, data: ref(dataName(schema)) },
    examples: schema.examples.map((data) => ({ ...exampleOf(schema), data })),
    ...(isObject(own['x-tidings']) && { 'x-tidings': own['x-tidings'] }),
  };
}

/** The schema of the data with references that lead to where it lies now. */
function toData(schema: EventSchema): JsonObject {
  const kept = Object.fromEntries(Object.entries(schema.schema).filter(([keyword]) => !OF_THE_FILE.has(keyword)));
  return mapSchema(kept, (part) => {
    const reference = part['$ref'];
    if (typeof reference !== 'string') return part;
    return { ...part, $ref: `${ref(dataName(schema))['$ref']}${reference.slice(1)}` };
  });
}
