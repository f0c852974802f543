import type { EventData, EventTypeName } from './typed-events.ts';

/** A value that a rule of EventBridge can compare with. */
export type Scalar = string | number | boolean | null;

type Comparison = '=' | '<' | '<=' | '>' | '>=';

/** Filters on text. In a wildcard `*` stands for any run of characters; `\*` is an asterisk. */
type TextFilter =
  | { readonly prefix: string | { readonly 'equals-ignore-case': string } }
  | { readonly suffix: string | { readonly 'equals-ignore-case': string } }
  | { readonly 'equals-ignore-case': string }
  | { readonly wildcard: string };

type NumberFilter = {
  readonly numeric: readonly [Comparison, number] | readonly [Comparison, number, Comparison, number];
};

/**
 * Filters of EventBridge on a value of some type, passed through as they are.
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */
export type EventFilter<Value extends Scalar> =
  | { readonly exists: boolean }
  | { readonly 'anything-but': Value | readonly Value[] | (Value extends string ? TextFilter : never) }
  | (Value extends string ? TextFilter : never)
  | (Value extends number ? NumberFilter : never);

/** One value, or a list of values and filters of which one must hold. */
export type Condition<Value extends Scalar> = Value | readonly (Value | EventFilter<Value>)[];

type KeysOf<Data> = Data extends unknown ? keyof Data & string : never;
type ValueAt<Data, Key extends string> = Data extends unknown ? (Key extends keyof Data ? Data[Key] : never) : never;
type ScalarsOf<Value> = Extract<Value, Scalar>;
type ObjectsOf<Value> = Value extends Scalar | undefined | readonly unknown[] ? never : Value;
type ItemsOf<Value> = Value extends readonly (infer Item)[] ? Item : never;

type ConditionOn<Value> = unknown extends Value
  ? Condition<Scalar> | { readonly [key: string]: unknown }
  :
      | ([ScalarsOf<Value>] extends [never] ? never : Condition<ScalarsOf<Value>>)
      | ([ObjectsOf<Value>] extends [never] ? never : DataConditions<ObjectsOf<Value>>)
      | ([ItemsOf<Value>] extends [never] ? never : ConditionOn<ItemsOf<Value>>);

/** Conditions on data, shaped as the data is. A condition on a list holds if one of its items meets it. */
export type DataConditions<Data> = { readonly [Key in KeysOf<Data>]?: ConditionOn<ValueAt<Data, Key>> };

/** What an event must be besides being of a type. All that is given must hold. */
export interface EventConditions<Type extends EventTypeName = EventTypeName> {
  readonly tenantid?: Condition<string>;
  readonly id?: Condition<string>;
  readonly subject?: Condition<string>;
  readonly actorid?: Condition<string>;
  readonly correlationid?: Condition<string>;
  readonly causationid?: Condition<string>;
  /** One of these organisations is among those that the event names. */
  readonly organizationids?: string | readonly string[];
  /** One of these users is among those that the event names. */
  readonly userids?: string | readonly string[];
  /** One of these roles is among those that the event names. */
  readonly roleids?: string | readonly string[];
  readonly data?: DataConditions<EventData<Type>>;
}
