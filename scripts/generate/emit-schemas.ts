import { propertyRows } from './catalogue/properties.ts';
import type { EventSchema } from './event-schema.ts';

/** Every event type with its schema and the rows of its property table, as JSON: what the command line shows. */
export const emitSchemas = (schemas: readonly EventSchema[]): string =>
  `${JSON.stringify(schemas.map(toEntry), null, 2)}\n`;

const toEntry = ({ type, title, description, ...schema }: EventSchema): unknown => ({
  type,
  title,
  description,
  owner: schema.owner ?? null,
  producers: schema.producers,
  consumers: schema.consumers,
  source: schema.source,
  scope: schema.module,
  clientBroadcast: schema.clientBroadcast,
  deprecated: schema.deprecated,
  properties: propertyRows(schema.schema),
  schema: schema.schema,
});
