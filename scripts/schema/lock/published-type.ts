import { createHash } from 'node:crypto';
import type { EventSchema } from '../../generate/event-schema.ts';
import { sortedJson } from '../evolution/canonical-json.ts';
import { type CanonicalSchema, canonicalSchema } from '../evolution/canonical-schema.ts';

/** What is promised to whoever sends or receives events of a published type. */
export interface PublishedType {
  readonly source: string;
  readonly clientBroadcast: boolean;
  readonly schema: CanonicalSchema;
}

/**
 * What a schema would promise if it was published now.
 *
 * @throws SchemaExpandsTooFar
 */
export const promiseOf = ({ source, clientBroadcast, schema }: EventSchema): PublishedType => ({
  source,
  clientBroadcast,
  schema: canonicalSchema(schema),
});

/** A digest of a promise: with it a lock that was edited by hand, or merged by halves, is told from a written one. */
export const digestOf = ({ source, clientBroadcast, schema }: PublishedType): string =>
  `sha256-${createHash('sha256')
    .update(JSON.stringify(sortedJson({ source, clientBroadcast, schema })))
    .digest('base64')}`;
