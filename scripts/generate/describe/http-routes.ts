import { FILTER_LISTS } from '../../../packages/contracts/src/filter.ts';
import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { body, json, operation, success, takes } from './operation.ts';
import { OPERATIONS_ROUTES } from './operations-routes.ts';
import type { Route } from './route-codes.ts';
import { EXAMPLE, HEADER_ATTRIBUTES, ref, SHARED_SCHEMAS } from './shared-schemas.ts';

/** What the routes need to know of the schemas. */
export interface Vocabulary {
  readonly modules: readonly string[];
  /** An event as a producer sends it, and as the hub hands it out. */
  readonly event: JsonObject;
  readonly recorded: JsonObject;
}

/** The scopes besides those of the modules; what a read takes is what an environment says. */
export const READ_SCOPE = 'events:read';
export const MANAGE_SCOPE = 'subscriptions:write';

const LIMIT = {
  name: 'limit',
  in: 'query',
  description: 'Events of the page, at most.',
  schema: { type: 'integer', minimum: 1, maximum: LIMITS.pageEvents, default: 100 },
};
const TWICE =
  'Percent-encode it twice (`encodeURIComponent(encodeURIComponent(…))`), unless it has only letters, digits and `-._~`';
const ID = {
  name: 'id',
  in: 'path',
  required: true,
  description: `The event's id. ${TWICE}.`,
  schema: ref('Identifier'),
};
const NAME = { ...ID, name: 'name', description: `The subscription's name. ${TWICE}.` };

const QUERY: readonly JsonObject[] = [
  {
    name: 'after',
    in: 'query',
    description:
      'The page begins after this sequence; without `epoch`, with the first event after it that is still there.',
    schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 },
  },
  {
    name: 'epoch',
    in: 'query',
    description: 'Makes a cursor of `after`: 410 tells if it cannot be continued from.',
    schema: ref('Epoch'),
  },
  {
    name: 'since',
    in: 'query',
    description:
      'In place of `after` and `epoch`: the page begins with the first event that was recorded at this time or later, or at the head if there is none. Where many were recorded in the second before, it may begin a little earlier.',
    schema: { type: 'string', format: 'date-time' },
  },
  LIMIT,
  ...FILTER_LISTS.map((name) => ({
    name,
    in: 'query',
    description: `A list of the filter, comma-separated or given several times${name === 'types' ? '; patterns such as `bank.*`' : ''}.`,
    style: 'form',
    explode: false,
    schema: listOfFilter(name),
  })),
];

function listOfFilter(name: string): unknown {
  const properties = SHARED_SCHEMAS['Filter']?.['properties'];
  return isObject(properties) ? properties[name] : {};
}

/** Attributes of an event in binary mode. Which are required is said of the event, because other modes need none. */
const BINARY_HEADERS = HEADER_ATTRIBUTES.map((name) => ({
  name: `ce-${name}`,
  in: 'header',
  description: `Binary mode: the attribute \`${name}\`; characters outside of ASCII in percent-encoding.`,
  schema: { type: 'string' },
}));

const SUBSCRIPTION = {
  name: 'billing',
  filter: { types: ['bank.*'] },
  status: 'active',
  cursor: { epoch: EXAMPLE.epoch, sequence: 41 },
  created: EXAMPLE.time,
  updated: EXAMPLE.time,
};

/** Every route that takes a token, with what it takes and what it answers, in the order of the documentation. */
export function describeRoutes({ modules, event, recorded }: Vocabulary): Readonly<Record<Route, JsonObject>> {
  const batch = [event];
  const page = { epoch: EXAMPLE.epoch, events: [recorded], through: 42, head: 42 };
  return {
    'POST /events': operation(
      'POST /events',
      'publishEvents',
      'events',
      'Publish events',
      {
        description: `Each event takes the scope of its module. Accepted means: stored, or in a dead-letter queue with the reason. Events are judged one by one; 202 says of each what became of it. At most ${LIMITS.batchEvents} events and ${LIMITS.batchBytes} bytes in a request. In binary mode API Gateway lets request line and headers together have 10240 bytes: larger attributes take structured mode.`,
        security: takes(...modules),
        parameters: BINARY_HEADERS,
        requestBody: body({
          'application/cloudevents+json': { schema: ref('NewEvent'), example: event },
          'application/cloudevents-batch+json': { schema: ref('EventBatch'), example: batch },
          'application/json': { schema: ref('EventData'), example: event['data'] },
        }),
      },
      {
        '202': success(
          'At least one event is accepted.',
          json(ref('PublishResult'), { accepted: [{ id: event['id'], type: event['type'] }], rejected: [] }),
        ),
      },
    ),
    'GET /events': operation(
      'GET /events',
      'readEvents',
      'events',
      'Read a page of events',
      {
        description:
          'In order, and only what the token may see. Ask again with `after=<through>` until `through` is `head`.',
        security: takes(READ_SCOPE),
        parameters: QUERY,
      },
      { '200': success('The page.', json(ref('Page'), page)) },
    ),
    'GET /events/{id}': operation(
      'GET /events/{id}',
      'readEvent',
      'events',
      'Read one event',
      {
        description: 'An event that is not for the token is answered as one that does not exist.',
        security: takes(READ_SCOPE),
        parameters: [ID],
      },
      {
        '200': success('The event.', {
          'application/cloudevents+json': { schema: ref('RecordedEvent'), example: recorded },
        }),
      },
    ),
    'POST /subscriptions': operation(
      'POST /subscriptions',
      'createSubscription',
      'subscriptions',
      'Create a durable subscription',
      {
        description: `Without a cursor it begins at the head. A tenant has at most ${LIMITS.subscriptions}.`,
        security: takes(MANAGE_SCOPE),
        requestBody: body(json(ref('NewSubscription'), { name: 'billing', filter: { types: ['bank.*'] } })),
      },
      { '201': success('The subscription.', json(ref('Subscription'), SUBSCRIPTION)) },
    ),
    'GET /subscriptions': operation(
      'GET /subscriptions',
      'listSubscriptions',
      'subscriptions',
      'List the durable subscriptions of the tenant',
      { security: takes(READ_SCOPE) },
      {
        '200': success('All of them, by name.', json(ref('SubscriptionList'), { subscriptions: [SUBSCRIPTION] })),
      },
    ),
    'GET /subscriptions/{name}': operation(
      'GET /subscriptions/{name}',
      'readSubscription',
      'subscriptions',
      'Show a durable subscription',
      { security: takes(READ_SCOPE), parameters: [NAME] },
      { '200': success('The subscription.', json(ref('Subscription'), SUBSCRIPTION)) },
    ),
    'PATCH /subscriptions/{name}': operation(
      'PATCH /subscriptions/{name}',
      'changeSubscription',
      'subscriptions',
      'Pause, resume or refilter a durable subscription',
      {
        description:
          'A paused one delivers nothing and loses nothing. A new filter holds for what is delivered from then on.',
        security: takes(MANAGE_SCOPE),
        parameters: [NAME],
        requestBody: body(json(ref('SubscriptionChange'), { status: 'paused' })),
      },
      { '200': success('As it is now.', json(ref('Subscription'), { ...SUBSCRIPTION, status: 'paused' })) },
    ),
    'DELETE /subscriptions/{name}': operation(
      'DELETE /subscriptions/{name}',
      'deleteSubscription',
      'subscriptions',
      'Delete a durable subscription',
      { security: takes(MANAGE_SCOPE), parameters: [NAME] },
      { '204': success('It is deleted.') },
    ),
    'GET /subscriptions/{name}/events': operation(
      'GET /subscriptions/{name}/events',
      'pullEvents',
      'subscriptions',
      'Pull the next page of a durable subscription',
      {
        description: 'The same page comes again until it is acknowledged.',
        security: takes(READ_SCOPE),
        parameters: [NAME, LIMIT],
      },
      {
        '200': success('The page.', json(ref('SubscriptionPage'), { cursor: SUBSCRIPTION.cursor, ...page })),
      },
    ),
    'POST /subscriptions/{name}/ack': operation(
      'POST /subscriptions/{name}/ack',
      'acknowledge',
      'subscriptions',
      'Acknowledge everything up to a sequence',
      {
        description: 'Idempotent; only moves forward, and never past the head.',
        security: takes(READ_SCOPE),
        parameters: [NAME],
        requestBody: body(json(ref('Acknowledgement'), { sequence: 42, epoch: EXAMPLE.epoch })),
      },
      {
        '200': success(
          'Where the subscription stands now.',
          json(ref('Acknowledged'), { cursor: { epoch: EXAMPLE.epoch, sequence: 42 } }),
        ),
      },
    ),
    ...OPERATIONS_ROUTES,
  };
}
