import { CODES, type Code } from '../../../packages/contracts/src/codes.ts';

/** The routes that answer problems, by API Gateway's names but for `{id+}`. */
export const ROUTES = [
  'POST /events',
  'GET /events',
  'GET /events/{id}',
  'POST /subscriptions',
  'GET /subscriptions',
  'GET /subscriptions/{name}',
  'PATCH /subscriptions/{name}',
  'DELETE /subscriptions/{name}',
  'GET /subscriptions/{name}/events',
  'POST /subscriptions/{name}/ack',
  'GET /operations/health',
  'GET /operations/metrics',
  'GET /operations/dead-letters',
  'POST /operations/dead-letters/redrive',
] as const;

export type Route = (typeof ROUTES)[number];

/** Whatever can be wrong with a token that came by HTTP. */
const TOKEN_CODES = CODES.filter((code) => code.startsWith('TOKEN_'));
const EVERYWHERE: readonly Code[] = [...TOKEN_CODES, 'RATE_LIMITED', 'ISSUER_UNAVAILABLE', 'INTERNAL_ERROR'];
const RECEIVING: readonly Code[] = ['SCOPE_MISSING', 'TENANT_CLAIM_MISSING'];
const JSON_BODY: readonly Code[] = ['BODY_NOT_JSON', 'JSON_TOO_DEEP', 'JSON_KEY_REFUSED'];
const NAMED: readonly Code[] = ['SUBSCRIPTION_INVALID', 'SUBSCRIPTION_NOT_FOUND'];

/** What a single event can be refused for, also where others of its request are accepted. */
export const EVENT_CODES: readonly Code[] = [
  'EVENT_MALFORMED',
  'SCOPE_MISSING',
  'TENANT_MISMATCH',
  'EVENT_TOO_LARGE',
  'EVENT_TYPE_UNKNOWN',
  'EVENT_SOURCE_MISMATCH',
  'EVENT_DATA_INVALID',
  'BUS_UNAVAILABLE',
];

/**
 * The codes that each route can answer. Their statuses are those of `problem.ts`. A test compares this list with what
 * the functions can throw, so that it cannot drift.
 */
export const ROUTE_CODES: Readonly<Record<Route, readonly Code[]>> = inOrder({
  'POST /events': [
    ...JSON_BODY,
    ...EVENT_CODES,
    'CONTENT_TYPE_UNSUPPORTED',
    'JSON_NUMBER_REFUSED',
    'BATCH_EMPTY',
    'BATCH_TOO_LARGE',
    'BATCH_REFUSED',
  ],
  'GET /events': [...RECEIVING, 'QUERY_INVALID', 'HISTORY_CUT'],
  'GET /events/{id}': [...RECEIVING, 'EVENT_NOT_FOUND'],
  'POST /subscriptions': [
    ...JSON_BODY,
    ...RECEIVING,
    'SUBSCRIPTION_INVALID',
    'FILTER_INVALID',
    'CURSOR_INVALID',
    'SUBSCRIPTION_EXISTS',
    'EPOCH_MISMATCH',
    'ACK_BEYOND_HEAD',
  ],
  'GET /subscriptions': RECEIVING,
  'GET /subscriptions/{name}': [...RECEIVING, ...NAMED],
  'PATCH /subscriptions/{name}': [...JSON_BODY, ...RECEIVING, ...NAMED, 'FILTER_INVALID'],
  'DELETE /subscriptions/{name}': [...RECEIVING, ...NAMED],
  'GET /subscriptions/{name}/events': [...RECEIVING, ...NAMED, 'QUERY_INVALID', 'SUBSCRIPTION_PAUSED', 'HISTORY_CUT'],
  'POST /subscriptions/{name}/ack': [
    ...JSON_BODY,
    ...RECEIVING,
    ...NAMED,
    'CURSOR_INVALID',
    'SUBSCRIPTION_PAUSED',
    'EPOCH_MISMATCH',
    'ACK_BEYOND_HEAD',
  ],
  'GET /operations/health': ['SCOPE_MISSING', 'QUERY_INVALID'],
  'GET /operations/metrics': ['SCOPE_MISSING', 'QUERY_INVALID'],
  'GET /operations/dead-letters': ['SCOPE_MISSING', 'QUERY_INVALID'],
  'POST /operations/dead-letters/redrive': [...JSON_BODY, 'SCOPE_MISSING', 'QUERY_INVALID', 'REDRIVE_INVALID'],
});

/** The codes that an `error` frame can carry; a test compares them with PROTOCOL.md. */
export const SOCKET_CODES: readonly Code[] = sorted([
  'FRAME_NOT_JSON',
  'FRAME_MALFORMED',
  'JSON_TOO_DEEP',
  'JSON_KEY_REFUSED',
  'ACTION_UNKNOWN',
  'FILTER_INVALID',
  'CURSOR_INVALID',
  'SUBSCRIPTION_INVALID',
  'NOT_SUBSCRIBED',
  'RATE_LIMITED',
  'SUBSCRIPTION_NOT_FOUND',
  'SUBSCRIPTION_PAUSED',
  'EPOCH_MISMATCH',
  'ACK_BEYOND_HEAD',
  'SCOPE_MISSING',
  'TENANT_CLAIM_MISSING',
  'TENANT_MISMATCH',
  'UNAUTHENTICATED',
  'ISSUER_UNAVAILABLE',
  'INTERNAL_ERROR',
  ...TOKEN_CODES.filter((code) => code !== 'TOKEN_MISSING'),
]);

function inOrder(own: Readonly<Record<Route, readonly Code[]>>): Readonly<Record<Route, readonly Code[]>> {
  const entries = ROUTES.map((route) => [route, sorted([...EVERYWHERE, ...own[route]])]);
  return Object.fromEntries(entries) as Record<Route, readonly Code[]>;
}

/** Each once, in the order of the registry. */
function sorted(codes: readonly Code[]): readonly Code[] {
  return CODES.filter((code) => codes.includes(code));
}
