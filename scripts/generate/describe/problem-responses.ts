import { statusOf, toProblem } from '../../../lambdas/adapters/api-gateway/problem.ts';
import type { Code } from '../../../packages/contracts/src/codes.ts';
import type { JsonObject } from '../json-value.ts';
import { CODE_MEANINGS, meaningsOf } from './code-meanings.ts';
import { EVENT_CODES, ROUTE_CODES, type Route } from './route-codes.ts';
import { EXAMPLE, object, ref } from './shared-schemas.ts';

/** Statuses that API Gateway itself may answer with, before a function runs or where one fails. */
const GATEWAY: Readonly<Record<number, string>> = {
  413: 'Request Too Long',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Schemas that only problems need. */
export const PROBLEM_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  Problem: {
    description: 'A problem document as in RFC 9457. `code` tells problems apart; texts are for people and may change.',
    ...object(
      {
        type: { const: 'about:blank' },
        title: { type: 'string' },
        status: { type: 'integer' },
        code: { type: 'string' },
        detail: { type: 'string' },
        errors: { type: 'array', minItems: 1, items: ref('Violation') },
      },
      ['type', 'title', 'status', 'code', 'detail'],
    ),
  },
  GatewayRefusal: {
    description: 'What API Gateway answers by itself: it knows no codes.',
    ...object({ message: { type: 'string' } }, ['message']),
  },
  Rejection: {
    description: 'An event that is not accepted, and why.',
    ...object(
      {
        index: { type: 'integer', minimum: 0, description: 'Position in the request, from 0.' },
        id: { type: 'string', description: "The event's id, where one could be read." },
        status: { enum: [...new Set(EVENT_CODES.map(statusOf))].sort() },
        code: { enum: EVENT_CODES, description: meaningsOf(EVENT_CODES) },
        detail: { type: 'string' },
        errors: { type: 'array', items: ref('Violation') },
      },
      ['index', 'status', 'code', 'detail', 'errors'],
    ),
  },
};

/** Members that problems of a code have besides those of every problem, and which of them are always there. */
const MEMBERS: Readonly<Partial<Record<Code, { readonly properties: JsonObject; readonly example: JsonObject }>>> = {
  HISTORY_CUT: {
    properties: {
      reason: { enum: ['retention', 'epoch', 'ahead'] },
      epoch: ref('Epoch'),
      oldest: ref('Sequence'),
      head: ref('Sequence'),
    },
    example: { reason: 'retention', epoch: EXAMPLE.epoch, oldest: 17, head: 42 },
  },
};

/** Where no event is accepted, the problem says of each why. */
const REFUSED_EVENTS = {
  accepted: { type: 'array', maxItems: 0 },
  rejected: { type: 'array', minItems: 1, items: ref('Rejection') },
};

/** A header as a component, described once. */
export const headerRef = (name: string): JsonObject => ({ $ref: `#/components/headers/${name}` });

/** Every response of a route that is no success, by status. Statuses, titles and headers are those of `problem.ts`. */
export function refusals(route: Route): Readonly<Record<string, JsonObject>> {
  const byStatus = new Map<number, Code[]>();
  for (const code of ROUTE_CODES[route]) {
    byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  }
  const statuses = new Set([...byStatus.keys(), ...Object.keys(GATEWAY).map(Number)]);
  if (!route.startsWith('P')) statuses.delete(413);
  return Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => [String(status), toResponse(status, byStatus.get(status) ?? [], route)]),
  );
}

/** What API Gateway answers in front of a function that refuses nothing itself. */
export const gatewayRefusals: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  [429, 500, 503].map((status) => [
    String(status),
    { description: `${GATEWAY[status]}. By API Gateway.`, ...gatewayParts(status) },
  ]),
);

function gatewayParts(status: number): JsonObject {
  return {
    headers: { 'apigw-requestid': headerRef('RequestId') },
    content: { 'application/json': { schema: ref('GatewayRefusal'), example: { message: GATEWAY[status] } } },
  };
}

function toResponse(status: number, codes: readonly Code[], route: Route): JsonObject {
  const [first] = codes;
  if (first === undefined) return { description: `${GATEWAY[status]}. By API Gateway.`, ...gatewayParts(status) };
  const answers = codes.map((code) => toProblem({ code, detail: '' }));
  const { title } = JSON.parse(answers[0]?.body ?? '{}') as { title: string };
  const headers = new Set(answers.flatMap((answer) => Object.keys(answer.headers ?? {})));
  return {
    description: `${title}.\n\n${meaningsOf(codes)}`,
    headers: {
      'cache-control': headerRef('NoStore'),
      ...(headers.has('www-authenticate') && { 'www-authenticate': headerRef('Challenge') }),
      ...(headers.has('retry-after') && { 'retry-after': headerRef('RetryAfter') }),
      'apigw-requestid': headerRef('RequestId'),
    },
    content: {
      'application/problem+json': {
        schema: toSchema(status, title, codes, route),
        example: { ...(JSON.parse(exampleBody(first)) as object), ...MEMBERS[first]?.example },
      },
      ...(GATEWAY[status] !== undefined && {
        'application/json': { schema: ref('GatewayRefusal'), example: { message: GATEWAY[status] } },
      }),
    },
  };
}

const exampleBody = (code: Code): string => {
  const meaning = CODE_MEANINGS[code].replaceAll('`', '');
  return toProblem({ code, detail: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}` }).body ?? '{}';
};

function toSchema(status: number, title: string, codes: readonly Code[], route: Route): JsonObject {
  const isOfEvents =
    route === 'POST /events' && codes.some((code) => EVENT_CODES.includes(code) || code === 'BATCH_REFUSED');
  const members = codes.flatMap((code) => MEMBERS[code] ?? []);
  return {
    allOf: [ref('Problem')],
    properties: {
      title: { const: title },
      status: { const: status },
      code: { enum: codes },
      ...(isOfEvents && REFUSED_EVENTS),
      ...Object.assign({}, ...members.map(({ properties }) => properties)),
    },
    // Where a status has one code only, what that code brings is always there.
    ...(codes.length === 1 && members[0] && { required: Object.keys(members[0].properties) }),
  };
}
