import type { EventSchema } from './event-schema.ts';
import { definitionName, typeName } from './names.ts';
import { toOpenApi30 } from './open-api-30.ts';

/** Attributes of an event that are text. Source: `packages/contracts/src/envelope.ts`. */
const TEXT = [
  'id',
  'subject',
  'datacontenttype',
  'dataschema',
  'tenantid',
  'organizationids',
  'userids',
  'roleids',
  'actorid',
  'correlationid',
  'causationid',
  'traceparent',
  'tracestate',
] as const;

/**
 * What the stack registers in the EventBridge schema registry, one entry for each type, as JSON.
 *
 * Each is an OpenAPI 3.0 document whose component `AWSEvent` is the event as EventBridge delivers it, which is the form
 * that the registry itself uses for its own events and that its code bindings know. `detail` is the whole CloudEvent.
 * Source: EventBridge user guide, "Amazon EventBridge schemas".
 */
export function emitRegistrySchemas(schemas: readonly EventSchema[]): string {
  return `${JSON.stringify(schemas.map(toEntry), null, 2)}\n`;
}

const toEntry = (schema: EventSchema): unknown => ({
  type: schema.type,
  module: schema.module,
  name: registryName(schema.type),
  description: schema.description === '' ? schema.title : schema.description,
  content: document(schema),
});

/**
 * A name of a schema holds letters, digits and `. - _ @`. No two types share one: they would share a name in generated
 * code first, which is refused.
 */
const registryName = (type: string): string => type.replace(':', '-');

function document(schema: EventSchema): unknown {
  const { type, source, title, version, description } = schema;
  return {
    openapi: '3.0.0',
    info: { title, version: `${version}.0.0`, ...(description !== '' && { description }) },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          type: 'object',
          required: ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'],
          'x-amazon-events-detail-type': type,
          'x-amazon-events-source': source,
          properties: {
            version: { type: 'string' },
            id: { type: 'string' },
            'detail-type': { type: 'string', enum: [type] },
            source: { type: 'string', enum: [source] },
            account: { type: 'string' },
            time: { type: 'string', format: 'date-time' },
            region: { type: 'string' },
            resources: { type: 'array', items: { type: 'string' } },
            detail: { $ref: '#/components/schemas/TidingsEvent' },
          },
        },
        TidingsEvent: {
          type: 'object',
          required: ['specversion', 'id', 'type', 'source', 'tenantid', 'data'],
          properties: {
            specversion: { type: 'string', enum: ['1.0'] },
            type: { type: 'string', enum: [type] },
            source: { type: 'string', enum: [source] },
            time: { type: 'string', format: 'date-time' },
            ...Object.fromEntries(TEXT.map((name) => [name, { type: 'string' }])),
            data: { $ref: `#/components/schemas/${typeName(schema)}` },
          },
        },
        ...toOpenApi30(typeName(schema), schema.schema, (definition) => definitionName(schema, definition)),
      },
    },
  };
}
