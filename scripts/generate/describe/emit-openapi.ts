import contracts from '../../../packages/contracts/package.json' with { type: 'json' };
import { OPERATIONS_SCOPES } from '../../../packages/contracts/src/operations.ts';
import type { EventSchema } from '../event-schema.ts';
import { NOTICE } from '../generated-file.ts';
import type { JsonObject } from '../json-value.ts';
import { eventComponents, exampleOf, recordedExampleOf } from './event-components.ts';
import { describeRoutes, MANAGE_SCOPE, READ_SCOPE } from './http-routes.ts';
import { HTTP_SCHEMAS, unions } from './http-schemas.ts';
import { OPERATIONS_SCHEMAS } from './operations-schemas.ts';
import { gatewayRefusals, headerRef, PROBLEM_SCHEMAS } from './problem-responses.ts';
import { shareResponses } from './share-responses.ts';
import { SHARED_SCHEMAS } from './shared-schemas.ts';

const DESCRIPTION = `Tidings is a multi-tenant event hub: every event once, in one order, to everyone who may see it.

Events are CloudEvents 1.0. Errors are problem documents (RFC 9457) with a \`code\`. What crosses the WebSocket is in \`asyncapi.json\`, which is served beside this document.`;

/** The HTTP API as OpenAPI 3.1: one document, which refers to nothing outside of itself. */
export function emitOpenapi(schemas: readonly EventSchema[]): string {
  const modules = [...new Set(schemas.map(({ module }) => module))].sort();
  const [first] = schemas;
  const event = first === undefined ? {} : exampleOf(first);
  const recorded = first === undefined ? {} : recordedExampleOf(first);
  const { routes, responses } = shareResponses({ ...describeRoutes({ modules, event, recorded }), ...DESCRIPTIONS });
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Tidings HTTP API',
      version: contracts.version,
      description: DESCRIPTION,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    'x-generated': NOTICE,
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com',
        description: 'An environment. The document that a hub serves names that hub.',
        variables: { api: { default: 'api-id' }, region: { default: 'eu-north-1' } },
      },
    ],
    tags: [
      { name: 'events', description: 'Events in and out.' },
      { name: 'subscriptions', description: 'Durable subscriptions: managing them, and consuming by pull.' },
      { name: 'operations', description: 'How the hub does, and what could not be dealt with: for operators.' },
      { name: 'descriptions', description: 'These documents.' },
    ],
    paths: toPaths(routes),
    components: {
      securitySchemes: securitySchemes(modules),
      headers: HEADERS,
      responses,
      schemas: {
        ...SHARED_SCHEMAS,
        ...unions(schemas),
        ...HTTP_SCHEMAS,
        ...OPERATIONS_SCHEMAS,
        ...PROBLEM_SCHEMAS,
        ...eventComponents(schemas),
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function toPaths(routes: Readonly<Record<string, JsonObject>>): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const [route, operation] of Object.entries(routes)) {
    const [method = '', path = ''] = route.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return paths;
}

const securitySchemes = (modules: readonly string[]): JsonObject => ({
  oauth2: {
    type: 'oauth2',
    description: 'An access token (JWT) of an issuer that the environment trusts.',
    flows: {
      clientCredentials: {
        tokenUrl: 'https://login.example.com/oauth2/token',
        scopes: {
          ...Object.fromEntries(modules.map((module) => [module, `Publish events of the module ${module}`])),
          [READ_SCOPE]: 'Read events, and consume durable subscriptions',
          [MANAGE_SCOPE]: 'Create, change and delete durable subscriptions',
          [OPERATIONS_SCOPES.read]: 'See how the hub does, and what lies in its dead letters',
          [OPERATIONS_SCOPES.write]: 'Send dead letters back',
        },
      },
    },
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token that one has already, however it was got.',
  },
});

const HEADERS: Readonly<Record<string, JsonObject>> = {
  NoStore: { description: 'Answers are for one token.', schema: { const: 'no-store' } },
  Challenge: {
    description: 'With 401, and where a scope is missing: RFC 6750, section 3.',
    schema: { type: 'string', examples: ['Bearer realm="tidings", error="invalid_token"'] },
  },
  RetryAfter: { description: 'Seconds.', schema: { type: 'string', pattern: '^[0-9]+$' } },
  RequestId: { description: 'The id that the access log has.', schema: { type: 'string' } },
  Etag: {
    description: 'Send it as `If-None-Match` to be told whether the document has changed.',
    schema: { type: 'string' },
  },
  CacheControl: { description: 'How long it may be kept.', schema: { type: 'string' } },
  Vary: { description: 'It is compressed for who can read that.', schema: { const: 'accept-encoding' } },
};

const CACHED = {
  etag: headerRef('Etag'),
  'cache-control': headerRef('CacheControl'),
  vary: headerRef('Vary'),
  'apigw-requestid': headerRef('RequestId'),
};

const description = (operationId: string, summary: string): JsonObject => ({
  operationId,
  tags: ['descriptions'],
  summary,
  security: [],
  responses: {
    '200': {
      description: 'The document, with the URL of the hub that serves it.',
      headers: CACHED,
      content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
    },
    '304': { description: 'It is what `If-None-Match` says.', headers: CACHED },
    ...gatewayRefusals,
  },
});

/** The routes by which a hub describes itself. */
const DESCRIPTIONS: Readonly<Record<string, JsonObject>> = {
  'GET /openapi.json': description('readOpenapi', 'This document'),
  'GET /asyncapi.json': description('readAsyncapi', 'What crosses the WebSocket and the buses, as AsyncAPI'),
};
