import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import type { EventSchema } from '../event-schema.ts';
import type { JsonObject } from '../json-value.ts';
import { typeName } from '../names.ts';
import { dataName } from './event-components.ts';
import { object, ref } from './shared-schemas.ts';

const CLOSED = { additionalProperties: false };
const INSTANT = { type: 'string', format: 'date-time' };
const listOf = (name: string): JsonObject => ({ type: 'array', items: ref(name) });

const PAGE: JsonObject = {
  epoch: ref('Epoch'),
  events: listOf('RecordedEvent'),
  through: {
    ...ref('Sequence'),
    description: 'Everything up to here is in this page, in an earlier one, or not for this reader.',
  },
  head: { ...ref('Sequence'), description: "The end of the tenant's log." },
};

const SUBSCRIPTION: JsonObject = {
  name: ref('Identifier'),
  filter: ref('Filter'),
  status: ref('SubscriptionStatus'),
  cursor: { ...ref('Cursor'), description: 'Everything up to here has been acknowledged.' },
  created: INSTANT,
  updated: { ...INSTANT, description: 'When filter or status were last changed.' },
};

/** Bodies of requests and responses. Bodies of requests are closed, because the hub refuses members it does not know. */
export const HTTP_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  EventBatch: { type: 'array', minItems: 1, maxItems: LIMITS.batchEvents, items: ref('NewEvent') },
  PublishResult: {
    description: 'What became of each event of the request: it is in one of the lists.',
    ...object({ accepted: listOf('AcceptedEvent'), rejected: listOf('Rejection') }, ['accepted', 'rejected']),
  },
  AcceptedEvent: object({ id: ref('Identifier'), type: { type: 'string' } }, ['id', 'type']),
  Page: object(PAGE, ['epoch', 'events', 'through', 'head']),
  SubscriptionPage: object({ cursor: { ...ref('Cursor'), description: 'Where the subscription stands.' }, ...PAGE }, [
    'cursor',
    'epoch',
    'events',
    'through',
    'head',
  ]),
  NewSubscription: object({ name: ref('Identifier'), filter: ref('Filter'), cursor: ref('Start') }, ['name'], CLOSED),
  Subscription: object(SUBSCRIPTION, Object.keys(SUBSCRIPTION)),
  SubscriptionList: object({ subscriptions: listOf('Subscription') }, ['subscriptions']),
  SubscriptionChange: object({ status: ref('SubscriptionStatus'), filter: ref('Filter') }, [], {
    minProperties: 1,
    ...CLOSED,
  }),
  Acknowledgement: object(
    {
      sequence: { ...ref('Sequence'), description: 'Everything up to here has been dealt with.' },
      epoch: { ...ref('Epoch'), description: "What the sequence counts in; absent: the subscription's own." },
    },
    ['sequence'],
    CLOSED,
  ),
  Acknowledged: object({ cursor: ref('Cursor') }, ['cursor']),
};

/** An event of any type, told apart by `type`; and the data of any, as binary mode has it in the body. */
export const unions = (schemas: readonly EventSchema[]): Readonly<Record<string, JsonObject>> => ({
  Event: {
    description: 'An event of one of the types that have a schema.',
    oneOf: schemas.map((schema) => ref(typeName(schema))),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(schemas.map((schema) => [schema.type, ref(typeName(schema))['$ref']])),
    },
  },
  EventData: {
    description: 'Binary mode: the data alone; the attributes are headers.',
    // A choice of one is none, say linters.
    ...(schemas.length === 1 && schemas[0]
      ? ref(dataName(schemas[0]))
      : { anyOf: schemas.map((schema) => ref(dataName(schema))) }),
  },
});
