import { describe } from '../../../packages/contracts/src/identifiers.ts';
import { SCHEMA_HOST } from '../../generate/check-identity.ts';
import { DIALECT } from '../../generate/check-schema.ts';
import { isObject, type JsonObject, member } from '../../generate/json-value.ts';
import { Refused } from '../refused.ts';
import { type EventName, fileNameOf, typeOf } from './event-name.ts';
import type { PropertySpec } from './property-spec.ts';
import { buildProperties, objectSchema } from './property-tree.ts';

/** What a person says of a new schema. */
export interface Wishes {
  readonly title: string;
  readonly description: string;
  readonly source: string;
  readonly clientBroadcast: boolean;
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  /** Empty for nobody. */
  readonly owner: string;
  readonly properties: readonly PropertySpec[];
}

/** A schema for a type that is new. */
export function composeSchema(name: EventName, wishes: Wishes): JsonObject {
  const { example, ...parts } = buildProperties(wishes.properties);
  return { ...head(name, 1, wishes), ...objectSchema(parts), examples: [example] };
}

/**
 * A schema for the next version of a type: the latest one, with what was wished for.
 *
 * @throws Refused where a wished property is there already
 */
export function composeNextVersion(name: EventName, version: number, wishes: Wishes, latest: JsonObject): JsonObject {
  const { example, required, properties } = buildProperties(wishes.properties);
  const present = isObject(latest['properties']) ? latest['properties'] : {};
  const twice = Object.keys(properties).find((key) => Object.hasOwn(present, key));
  if (twice !== undefined) {
    throw new Refused(
      `--property: the version before has ${describe(twice)} already, and the new one starts as its copy; ` +
        'leave it out here and change it in the new file',
    );
  }
  const requiredBefore: readonly unknown[] = Array.isArray(latest['required']) ? latest['required'] : [];
  const examples: readonly unknown[] = Array.isArray(latest['examples']) ? latest['examples'] : [];
  // A version that is new is not deprecated, whatever the one before is.
  const { deprecated: _, ...kept } = latest;
  return {
    ...kept,
    ...head(name, version, wishes, member(latest, 'x-tidings')),
    ...(required.length > 0 && { required: [...requiredBefore, ...required] }),
    ...(wishes.properties.length > 0 && {
      properties: { ...present, ...properties },
      examples: examples.map((old) => (isObject(old) ? { ...old, ...example } : old)),
    }),
  };
}

function head(name: EventName, version: number, wishes: Wishes, before?: unknown): JsonObject {
  const { title, description, source, clientBroadcast, producers, consumers, owner } = wishes;
  return {
    $schema: DIALECT,
    $id: `${SCHEMA_HOST}/${fileNameOf(name, version)}`,
    title,
    description,
    'x-tidings': {
      ...(isObject(before) && before),
      type: typeOf(name, version),
      source,
      clientBroadcast,
      ...(producers.length > 0 && { producers }),
      ...(consumers.length > 0 && { consumers }),
      ...(owner !== '' && { owner }),
    },
  };
}
