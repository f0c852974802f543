import type { JsonObject } from '../json-value.ts';
import { headerRef, refusals } from './problem-responses.ts';
import type { Route } from './route-codes.ts';

/** A route, with what it answers if all is well; its refusals are those of its codes. */
export const operation = (
  route: Route,
  operationId: string,
  tag: string,
  summary: string,
  rest: JsonObject,
  ok: Readonly<Record<string, JsonObject>>,
): JsonObject => ({ operationId, tags: [tag], summary, ...rest, responses: { ...ok, ...refusals(route) } });

/** Any of the scopes is enough, and any way of getting a token. */
export const takes = (...scopes: readonly string[]): readonly JsonObject[] =>
  ['oauth2', 'bearer'].flatMap((scheme) => scopes.map((scope) => ({ [scheme]: [scope] })));

/** A body that a request must have. */
export const body = (content: JsonObject): JsonObject => ({ required: true, content });

/** Content as JSON. */
export const json = (schema: JsonObject, example?: unknown): JsonObject => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});

/** An answer if all is well. */
export function success(description: string, content?: JsonObject): JsonObject {
  const headers = { 'cache-control': headerRef('NoStore'), 'apigw-requestid': headerRef('RequestId') };
  return { description, headers, ...(content && { content }) };
}
