import contracts from '../../../packages/contracts/package.json' with { type: 'json' };
import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../../../packages/contracts/src/protocol.ts';
import type { EventSchema } from '../event-schema.ts';
import { NOTICE } from '../generated-file.ts';
import type { JsonObject } from '../json-value.ts';
import { typeName } from '../names.ts';
import { toDraft07 } from './draft-07.ts';
import { eventComponents, exampleOf, recordedExampleOf } from './event-components.ts';
import { clientFrames, type DescribedFrame, hubFrames } from './frames.ts';
import { ref, SHARED_SCHEMAS } from './shared-schemas.ts';

const DESCRIPTION = `What crosses the WebSocket of Tidings, a multi-tenant event hub, and the event buses of its modules. The rules of delivery (cursors, syncing, resets) are in PROTOCOL.md; the HTTP API is in \`openapi.json\`, which is served beside this document.`;

/** The socket and the buses as AsyncAPI 3.0: one document, which refers to nothing outside of itself. */
export function emitAsyncapi(schemas: readonly EventSchema[]): string {
  const modules = [...new Set(schemas.map(({ module }) => module))].sort();
  const [first] = schemas;
  const fromHub = hubFrames(first === undefined ? {} : recordedExampleOf(first));
  const frames: Readonly<Record<string, DescribedFrame>> = { ...clientFrames, ...fromHub };
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Tidings events',
      version: contracts.version,
      description: DESCRIPTION,
      license: { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: [{ name: 'events' }],
    },
    'x-generated': NOTICE,
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: { socket: socketChannel(Object.keys(frames)), ...busChannels(schemas, modules) },
    operations: { ...SOCKET_OPERATIONS, ...busOperations(modules) },
    components: {
      messages: {
        ...Object.fromEntries(Object.entries(frames).map(([name, frame]) => [name, frameMessage(name, frame)])),
        ...Object.fromEntries(schemas.map((schema) => [typeName(schema), eventMessage(schema)])),
      },
      securitySchemes: SECURITY,
      schemas: componentSchemas(schemas),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const SERVERS = {
  socket: {
    host: '{api}.execute-api.{region}.amazonaws.com',
    pathname: '/{stage}',
    protocol: 'wss',
    description: 'The socket of an environment. The document that a hub serves names that hub.',
    variables: { api: { default: 'api-id' }, region: { default: 'eu-north-1' }, stage: { default: 'v1' } },
    security: [{ $ref: '#/components/securitySchemes/subprotocol' }, { $ref: '#/components/securitySchemes/bearer' }],
  },
  buses: {
    host: 'events.{region}.amazonaws.com',
    protocol: 'https',
    description: 'Amazon EventBridge, called with PutEvents and received from by rules. IAM decides who may.',
    variables: { region: { default: 'eu-north-1' } },
  },
};

const SECURITY = {
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description: `A browser offers \`${SUBPROTOCOL}\` and \`${TOKEN_SUBPROTOCOL_PREFIX}<access token>\`; the hub answers with \`${SUBPROTOCOL}\` only.`,
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Any other client sends `Authorization: Bearer <access token>`. The token is never in the URL.',
  },
};

const onSocket = (name: string): JsonObject => ({ $ref: `#/channels/socket/messages/${name}` });

function socketChannel(names: readonly string[]): JsonObject {
  return {
    address: '/',
    title: 'The socket',
    description: `One JSON object in one text message. A message of a client has at most ${LIMITS.messageBytes} bytes.`,
    servers: [{ $ref: '#/servers/socket' }],
    messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      ws: {
        method: 'GET',
        query: {
          type: 'object',
          properties: {
            types: {
              type: 'string',
              description: 'Comma-separated patterns: the client only listens, and need never send anything.',
            },
          },
        },
        bindingVersion: '0.1.0',
      },
    },
  };
}

const request = (name: string, title: string, answers: readonly string[]): JsonObject => ({
  action: 'receive',
  channel: { $ref: '#/channels/socket' },
  title,
  summary: clientFrames[name as keyof typeof clientFrames].summary,
  messages: [onSocket(name)],
  reply: { channel: { $ref: '#/channels/socket' }, messages: answers.map(onSocket) },
});

/** What the hub does: it receives requests, and sends events when there are some. */
const SOCKET_OPERATIONS = {
  subscribe: request('subscribe', 'Subscribe', ['subscribed', 'events', 'synced', 'reset', 'error']),
  sync: request('sync', 'Sync', ['events', 'synced', 'reset', 'error']),
  acknowledge: request('ack', 'Acknowledge', ['acked', 'error']),
  renewToken: request('token', 'Renew the token', ['renewed', 'error']),
  deliver: {
    action: 'send',
    channel: { $ref: '#/channels/socket' },
    title: 'Deliver',
    summary: 'Events as they are recorded, to everyone who may see them and asked for them.',
    messages: [onSocket('events')],
  },
};

const busName = (module: string): string => `bus-${module}`;

function busChannels(schemas: readonly EventSchema[], modules: readonly string[]): JsonObject {
  const channels = modules.map((module) => [
    busName(module),
    {
      address: `tidings-{environment}-${module}`,
      title: `The bus of ${module}`,
      description:
        'An EventBridge bus. `Source` is the source, `DetailType` the type, `Time` the time, and `Detail` the whole event, which is the payload here.',
      servers: [{ $ref: '#/servers/buses' }],
      parameters: { environment: { description: 'Name of the environment.', default: 'dev' } },
      messages: Object.fromEntries(
        schemas
          .filter((schema) => schema.module === module)
          .map((schema) => [typeName(schema), { $ref: `#/components/messages/${typeName(schema)}` }]),
      ),
    },
  ]);
  return Object.fromEntries(channels);
}

/** Both ways: producers put events on a bus directly, and the hub puts there what came over HTTP. */
function busOperations(modules: readonly string[]): JsonObject {
  const operations = modules.flatMap((module) => {
    const channel = { $ref: `#/channels/${busName(module)}` };
    return [
      [`record-${module}`, { action: 'receive', channel, summary: 'Record the events that are on the bus.' }],
      [
        `forward-${module}`,
        { action: 'send', channel, summary: 'Put the events that came by `POST /events` on the bus.' },
      ],
    ];
  });
  return Object.fromEntries(operations);
}

const frameMessage = (name: string, { title, summary, payload, examples }: DescribedFrame): JsonObject => ({
  name,
  title,
  summary,
  contentType: 'application/json',
  // Events belong to the range that they name, not to a request.
  ...(name !== 'events' && { correlationId: { location: '$message.payload#/id' } }),
  payload,
  examples: examples.map((example) => ({ payload: example })),
});

const eventMessage = (schema: EventSchema): JsonObject => ({
  name: schema.type,
  title: schema.title,
  ...(schema.description !== '' && { summary: schema.description }),
  contentType: 'application/cloudevents+json',
  payload: { allOf: [ref(typeName(schema)), ref('NewAttributes')] },
  examples: schema.examples.map((data) => ({ payload: { ...exampleOf(schema), data } })),
});

function componentSchemas(schemas: readonly EventSchema[]): JsonObject {
  const { NewEvent: { properties, maxProperties, description } = {}, ...shared } = SHARED_SCHEMAS;
  const all: Readonly<Record<string, JsonObject>> = {
    ...shared,
    NewAttributes: { description, properties, maxProperties },
    Event: {
      description: 'An event of one of the types that have a schema.',
      oneOf: schemas.map((schema) => ref(typeName(schema))),
    },
    EventByReference: {
      description: 'An event too large for a message: without its data, and with the URL of the whole.',
      allOf: [ref('EventAttributes')],
      required: ['time', 'sequence', 'recordedtime', 'dataref'],
      not: { required: ['data'] },
    },
    DeliveredEvent: { anyOf: [ref('RecordedEvent'), ref('EventByReference')] },
    ...eventComponents(schemas),
  };
  return Object.fromEntries(Object.entries(all).map(([name, schema]) => [name, toDraft07(schema)]));
}
