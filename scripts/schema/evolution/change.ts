/** Who could not go on as before. */
export type Harmed = 'producers' | 'consumers' | 'producers and consumers';

interface Meaning {
  /** The change in words, as in "has a removed property". */
  readonly what: string;
  readonly harmed: Harmed;
}

/** Every change that a published version does not take, and whom it would harm. */
export const CHANGES = {
  PROPERTY_REMOVED: { what: 'removed property', harmed: 'producers and consumers' },
  REQUIRED_PROPERTY_ADDED: { what: 'new required property', harmed: 'producers' },
  PROPERTY_BECAME_REQUIRED: { what: 'optional property became required', harmed: 'producers' },
  PROPERTY_BECAME_OPTIONAL: { what: 'required property became optional', harmed: 'consumers' },
  PROPERTY_ADDED_TO_OPEN_OBJECT: {
    what: 'new property with a rule of its own, in an object in which producers could already use that name for anything',
    harmed: 'producers',
  },
  PROPERTY_ADDED_UNDER_RULE: {
    what: 'new property where another rule looks at the whole object',
    harmed: 'producers and consumers',
  },
  TYPE_CHANGED: { what: 'changed type', harmed: 'producers and consumers' },
  TYPE_NARROWED: { what: 'narrowed type', harmed: 'producers' },
  TYPE_WIDENED: { what: 'widened type', harmed: 'consumers' },
  ENUM_CHANGED: { what: 'changed enum', harmed: 'producers and consumers' },
  ENUM_NARROWED: { what: 'narrowed enum', harmed: 'producers' },
  ENUM_WIDENED: { what: 'widened enum', harmed: 'consumers' },
  CONST_CHANGED: { what: 'changed const', harmed: 'producers and consumers' },
  FORMAT_CHANGED: { what: 'changed format', harmed: 'producers and consumers' },
  PATTERN_CHANGED: { what: 'changed pattern', harmed: 'producers and consumers' },
  LIMIT_CHANGED: { what: 'changed limit', harmed: 'producers and consumers' },
  LIMIT_TIGHTENED: { what: 'tightened limit', harmed: 'producers' },
  LIMIT_LOOSENED: { what: 'loosened limit', harmed: 'consumers' },
  ADDITIONAL_PROPERTIES_CHANGED: { what: 'changed additionalProperties', harmed: 'producers and consumers' },
  KEYWORD_CHANGED: { what: 'changed keyword', harmed: 'producers and consumers' },
  SOURCE_CHANGED: { what: 'changed source', harmed: 'producers and consumers' },
  BROADCAST_ADDED: {
    what: 'sent to browsers from now on, with all that was stored while it was not',
    harmed: 'producers',
  },
  BROADCAST_REMOVED: { what: 'sent to browsers no more', harmed: 'consumers' },
  VERSION_REMOVED: { what: 'removed version', harmed: 'producers and consumers' },
} as const satisfies Readonly<Record<string, Meaning>>;

export type ChangeCode = keyof typeof CHANGES;

/** One thing that a published version does not take. */
export interface Change {
  readonly code: ChangeCode;
  /** Keys from the outermost schema inwards, as the canonical form has them. */
  readonly path: readonly string[];
  /** What was published there; `undefined` for nothing. */
  readonly before: unknown;
  /** What is there now; `undefined` for nothing. */
  readonly now: unknown;
  /** What the code alone does not say. */
  readonly note?: string;
}
