/** What became of an item. */
export type ItemAction = 'created' | 'updated' | 'deleted';

export const ITEM_ACTIONS = ['created', 'updated', 'deleted'] as const satisfies readonly ItemAction[];

/** Where a value of an event comes from: the attribute of the item with this name, or one of these. */
export type ValueFrom =
  | string
  | {
      /** Name of an attribute of the item. */
      readonly attribute: string;
      /** What the attribute's text begins with and the value does not, such as `TENANT#`. */
      readonly after?: string;
    }
  | {
      /** The same for every item. */
      readonly value: string | readonly string[];
    };

/** What an attribute of an item must be. */
export type ItemCondition =
  /** This text. */
  | string
  /** A text that begins so. */
  | { readonly beginsWith: string }
  /** There, or not there. */
  | { readonly exists: boolean };

/** How changes of items become events: all that the function needs to know, as JSON in its environment. */
export interface TableMapping {
  /** Such as `bank.account`. */
  readonly entity: string;
  /** Such as `v1`. */
  readonly version: string;
  readonly actions: readonly ItemAction[];
  readonly where: Readonly<Record<string, ItemCondition>>;
  readonly tenant: ValueFrom;
  readonly subject: ValueFrom;
  readonly organizations?: ValueFrom;
  readonly users?: ValueFrom;
  readonly roles?: ValueFrom;
  readonly actor?: ValueFrom;
  readonly time?: ValueFrom;
  readonly traceparent?: ValueFrom;
  readonly tracestate?: ValueFrom;
  readonly correlation?: ValueFrom;
  /** What a deletion takes from the item as it was last. */
  readonly deletion: { readonly actor?: ValueFrom; readonly traceparent?: ValueFrom };
  /** Property of the event's data → where it comes from. */
  readonly data: Readonly<Record<string, ValueFrom>>;
  /** Properties that the schema of one of the actions does not have. */
  readonly without: Readonly<Partial<Record<ItemAction, readonly string[]>>>;
  readonly updates: 'different' | 'all';
  readonly expiries: 'deleted' | 'ignored';
}

/** The environment variables of the function. */
export const MAPPING_VARIABLE = 'TABLE_MAPPING';
export const PARKING_QUEUE_VARIABLE = 'PARKING_QUEUE_URL';
