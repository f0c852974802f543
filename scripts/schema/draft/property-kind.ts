import type { JsonObject } from '../../generate/json-value.ts';

interface Kind {
  readonly schema: JsonObject;
  readonly example: unknown;
  /** How a person would call it. */
  readonly label: string;
}

const text = (label: string, format: string, example: string): Kind => ({
  label,
  schema: { type: 'string', format },
  example,
});

/** The kinds of value that a new property can have, by the name that `--property` takes. */
export const KINDS = {
  string: { label: 'text', schema: { type: 'string' }, example: 'text' },
  number: { label: 'number', schema: { type: 'number' }, example: 12.5 },
  decimal: { label: 'amount (decimal number)', schema: { type: 'number', format: 'decimal' }, example: 12.5 },
  integer: { label: 'whole number', schema: { type: 'integer' }, example: 1 },
  boolean: { label: 'yes or no', schema: { type: 'boolean' }, example: true },
  uuid: text('id (UUID)', 'uuid', '123e4567-e89b-12d3-a456-426614174000'),
  'date-time': text('moment (date and time)', 'date-time', '2026-01-31T12:00:00Z'),
  date: text('day (date)', 'date', '2026-01-31'),
  time: text('time of day', 'time', '12:00:00Z'),
  email: text('e-mail address', 'email', 'nina.berg@fjord.example'),
  uri: text('address (URI)', 'uri', 'https://fjord.example/something'),
  object: { label: 'object with properties of its own', schema: { type: 'object' }, example: {} },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

export const isKindName = (name: string): name is KindName => Object.hasOwn(KINDS, name);
