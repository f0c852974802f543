import { FILTER_LISTS } from '../../../packages/contracts/src/filter.ts';
import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import { SUBSCRIPTION_STATUSES } from '../../../packages/contracts/src/subscription.ts';
import type { JsonObject } from '../json-value.ts';

/** A reference to a component of the same document. Both documents have their schemas in the same place. */
export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** An object of which nothing is left out but what is not required. */
export const object = (properties: JsonObject, required: readonly string[], more: JsonObject = {}): JsonObject => ({
  type: 'object',
  ...(required.length > 0 && { required }),
  properties,
  ...more,
});

/** A cursor, and where one may be given that may also be `{"sequence": 0}`. */
const EPOCH = { type: 'string', maxLength: 128 };
const INSTANT = { type: 'string', format: 'date-time' };
const TEXT = { type: 'string', minLength: 1, maxLength: LIMITS.attributeCharacters };
const AUDIENCE = { type: 'string', minLength: 1, maxLength: LIMITS.audienceCharacters };

/** Times and names that every example has: generated files must not change from one day to the next. */
export const EXAMPLE = {
  id: '7d1f4a52-9d0e-4b0c-8a6e-5f0b6c1d2e3f',
  tenant: 'fjord',
  time: '2026-01-31T09:30:00Z',
  recordedtime: '2026-01-31T09:30:00.250Z',
  sequence: '00000000000000000042',
  epoch: '0c4b7f0e-2b6a-4a53-9d1c-7f6f2f1f8a10',
} as const;

/** Attributes of events with what they must be; `data` and whatever the hub adds are among them. */
const ATTRIBUTES: JsonObject = {
  specversion: { const: '1.0' },
  id: { ...ref('Identifier'), description: 'Unique per tenant; sending it again is accepted and changes nothing.' },
  source: { ...TEXT, description: '`com.<company>.<module>`' },
  type: { type: 'string', maxLength: LIMITS.typeCharacters, description: '`<module>.<entity>[.<sub>]:<action>@v<N>`' },
  subject: { ...TEXT, description: 'The resource, such as `transaction/123`.' },
  time: { ...INSTANT, description: 'When it happened. The hub fills in when it heard of it.' },
  datacontenttype: { ...TEXT, description: 'A JSON media type.' },
  dataschema: TEXT,
  tenantid: { ...ref('Identifier'), description: 'The tenant whose event it is. Nobody else ever sees it.' },
  organizationids: {
    ...AUDIENCE,
    description: 'Only members of one of these organisations may see it: comma-separated.',
  },
  userids: { ...AUDIENCE, description: 'Only these users may see it: comma-separated.' },
  roleids: { ...AUDIENCE, description: 'Only who has one of these roles may see it: comma-separated.' },
  actorid: { ...ref('Identifier'), description: 'Who caused it.' },
  correlationid: ref('Identifier'),
  causationid: ref('Identifier'),
  traceparent: { ...TEXT, description: 'W3C Trace Context.' },
  tracestate: TEXT,
  data: { description: 'What the schema of the type asks for.' },
  sequence: {
    type: 'string',
    pattern: '^[0-9]{20}$',
    description: "The event's place in its tenant's order; by the hub.",
  },
  recordedtime: { ...INSTANT, description: 'When the hub recorded it; by the hub.' },
  dataref: { type: 'string', format: 'uri', description: 'Where the whole event is, if it was too large; by the hub.' },
};

/** The attributes that an event in binary mode has as `ce-` headers. */
export const HEADER_ATTRIBUTES: readonly string[] = Object.keys(ATTRIBUTES).filter(
  (name) => !['data', 'datacontenttype', 'sequence', 'recordedtime', 'dataref'].includes(name),
);

/** What is required of every event. */
export const REQUIRED_ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'tenantid'] as const;

const FILTER_VALUES = {
  type: 'array',
  maxItems: LIMITS.filterValues,
  items: { type: 'string', minLength: 1, maxLength: LIMITS.filterValueCharacters },
};

/**
 * Schemas that both documents need. They keep to what draft-07 and draft 2020-12 have in common, because AsyncAPI
 * knows the former and OpenAPI 3.1 the latter.
 */
export const SHARED_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  Identifier: {
    description: 'Opaque: any characters but comma, white space and control characters.',
    type: 'string',
    minLength: 1,
    maxLength: LIMITS.identifierCharacters,
    pattern: '^[^,\\s\\u0000-\\u001f\\u007f-\\u009f]+$',
  },
  Sequence: {
    description: "A place in a tenant's order: 1, 2, 3, … without gaps; 0 is before the first.",
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
  },
  Epoch: { ...EPOCH, description: 'Names the history that sequences count in; empty before the first event.' },
  Cursor: {
    description: 'Everything up to here has been seen, or was not for this reader.',
    ...object({ epoch: ref('Epoch'), sequence: ref('Sequence') }, ['epoch', 'sequence'], {
      additionalProperties: false,
    }),
    examples: [{ epoch: EXAMPLE.epoch, sequence: 41 }],
  },
  Start: {
    description: 'A cursor to go on from, or `{"sequence": 0}` for the oldest event that is retained.',
    anyOf: [ref('Cursor'), object({ sequence: { const: 0 } }, ['sequence'], { additionalProperties: false })],
  },
  Filter: {
    description: `OR within a list, AND between lists; a list that is absent or empty asks for nothing in particular. At most ${LIMITS.filterCharacters} characters as JSON.`,
    ...object(
      Object.fromEntries(
        FILTER_LISTS.map((list) => [
          list,
          list === 'types'
            ? { ...FILTER_VALUES, description: 'Patterns: `*` is any run of characters but `.`; alone, everything.' }
            : FILTER_VALUES,
        ]),
      ),
      [],
      { additionalProperties: false },
    ),
    examples: [{ types: ['bank.*'], actions: ['created'] }],
  },
  SubscriptionStatus: { enum: SUBSCRIPTION_STATUSES },
  Violation: {
    description: 'One thing that was wrong, and where.',
    ...object(
      { path: { type: 'string', description: 'JSON pointer; empty for the whole.' }, message: { type: 'string' } },
      ['path', 'message'],
    ),
  },
  ExtensionValue: {
    description: 'An attribute that the hub does not know; it is carried along.',
    type: ['string', 'boolean', 'integer'],
    maxLength: LIMITS.attributeCharacters,
    minimum: -(2 ** 31),
    maximum: 2 ** 31 - 1,
  },
  EventAttributes: {
    description: 'What events of every type have: a CloudEvent 1.0. Attributes are lower-case letters and digits.',
    ...object(ATTRIBUTES, REQUIRED_ATTRIBUTES, {
      propertyNames: { pattern: '^[a-z0-9]{1,32}$' },
      additionalProperties: ref('ExtensionValue'),
    }),
  },
  NewEvent: {
    description: `An event as a producer sends it: at most ${LIMITS.eventBytes} bytes as JSON, of which ${LIMITS.attributeBytes} besides its data, and ${LIMITS.attributes} attributes.`,
    allOf: [ref('Event')],
    properties: { sequence: false, recordedtime: false, dataref: false },
    maxProperties: LIMITS.attributes + 1,
  },
  RecordedEvent: {
    description: 'An event as the hub hands it out.',
    allOf: [ref('Event')],
    required: ['time', 'sequence', 'recordedtime'],
  },
};
