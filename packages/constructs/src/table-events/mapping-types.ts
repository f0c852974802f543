import type { EventData, EventTypeName } from '@tidings/client';
import type { ItemAction, ValueFrom } from './table-mapping.ts';

/** An entity whose changes have published types, with their version, such as `bank.account@v1`. */
export type TableEntity = {
  readonly [Type in EventTypeName]: Type extends `${infer Entity}:${ItemAction}@${infer Version}`
    ? `${Entity}@${Version}`
    : never;
}[EventTypeName];

/** The types of events about an entity, such as `bank.account:created@v1`. */
export type ChangeTypes<Entity extends TableEntity> = Entity extends `${infer Name}@${infer Version}`
  ? Extract<EventTypeName, `${Name}:${ItemAction}@${Version}`>
  : never;

type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (member: infer All) => void
  ? All
  : never;

/** Properties of the data of all types of an entity, required where one of them requires it. */
type Properties<Entity extends TableEntity> = Intersection<EventData<ChangeTypes<Entity>>>;

/**
 * Where the data of an event comes from: names of properties that are also those of attributes, or for each property what it
 * is made of. Only what stands here leaves the table.
 */
export type DataFrom<Entity extends TableEntity> =
  | readonly (keyof Properties<Entity> & string)[]
  | { readonly [Property in keyof Properties<Entity>]: ValueFrom };
