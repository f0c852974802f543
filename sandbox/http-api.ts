import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from './api-integrations.ts';
import { type Cors, readCors } from './cors.ts';
import { answerJson, isObject, readBody } from './http.ts';
import type { Surroundings } from './resource-types.ts';
import type { Resource } from './template.ts';
import { Throttles } from './throttle.ts';

/** Source: API Gateway developer guide, "Quotas for HTTP APIs": payload size. */
const MAX_BODY = 10 * 1024 * 1024;

/**
 * Content types whose bodies a function gets as text; every other one, and none at all, comes as base64. AWS does not
 * list them. Measured against AWS in https://github.com/ministackorg/ministack/pull/766
 */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;

interface PathRoute extends Route {
  readonly method: string;
  readonly segments: readonly string[];
}

interface Match {
  readonly route: PathRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/** An API Gateway HTTP API with its `$default` stage, in payload format 2.0. */
export class HttpApi {
  readonly #api: Resource;
  readonly #routes: readonly PathRoute[];
  readonly #cors: Cors;
  readonly #throttles: Throttles;
  readonly #at: Surroundings;

  /** @throws SandboxError */
  constructor(
    api: Resource,
    routes: readonly Route[],
    stages: readonly Resource[],
    integrations: readonly Resource[],
    at: Surroundings,
  ) {
    this.#api = api;
    this.#at = at;
    this.#throttles = new Throttles(stages.find(({ properties }) => properties.text('ApiId') === api.ref));
    this.#cors = readCors(api.properties.object('CorsConfiguration'));
    for (const { properties } of stages) {
      if (properties.text('ApiId') === api.ref && properties.text('StageName') !== '$default') {
        properties.refuse(
          'StageName',
          `found ${properties.text('StageName')}, expected $default: the sandbox serves HTTP APIs at the root`,
        );
      }
    }
    for (const { properties } of integrations) {
      if (properties.text('ApiId') === api.ref && properties.text('PayloadFormatVersion', '') !== '2.0') {
        properties.refuse('PayloadFormatVersion', `found ${properties.text('PayloadFormatVersion', '')}, expected 2.0`);
      }
    }
    this.#routes = routes.map(toPathRoute);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const preflight = this.#cors.preflight(request);
    if (preflight !== undefined) return void response.writeHead(204, preflight).end();
    const headers = { ...this.#cors.headersFor(request), 'apigw-requestid': randomUUID() };
    const [rawPath = '/', ...query] = (request.url ?? '/').split('?');
    const path = asDecoded(rawPath);
    const match = this.#match(request.method ?? 'GET', path);
    if (match === undefined) return answerJson(response, 404, { message: 'Not Found' }, headers);
    if (!this.#throttles.lets(match.route.key)) {
      return answerJson(response, 429, { message: 'Too Many Requests' }, headers);
    }
    const body = await readBody(request, MAX_BODY);
    if (body === undefined) {
      return answerJson(response, 413, { message: 'Request Too Long' }, { ...headers, connection: 'close' });
    }
    try {
      const event = this.#toEvent(request, { match, path, rawQueryString: query.join('?'), body });
      answer(response, await match.route.function.invoke(event), headers);
    } catch {
      // The function's log says why.
      answerJson(response, 500, { message: 'Internal Server Error' }, headers);
    }
  }

  /** The most specific route: literal segments before parameters before greedy ones, a method before ANY, then $default. */
  #match(method: string, path: string): Match | undefined {
    const segments = path.split('/').slice(1);
    const matches = this.#routes.flatMap((route) => {
      if (route.key === '$default') return [{ route, parameters: {}, rank: '9' }];
      if (route.method !== method && route.method !== 'ANY') return [];
      const parameters = matchSegments(route.segments, segments);
      if (parameters === undefined) return [];
      const ranks = route.segments.map((segment) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0));
      return [{ route, parameters, rank: `${ranks.join('')}${route.method === 'ANY' ? 1 : 0}` }];
    });
    return matches.sort((a, b) => a.rank.localeCompare(b.rank))[0];
  }

  #toEvent(
    request: IncomingMessage,
    { match, path, rawQueryString, body }: { match: Match; path: string; rawQueryString: string; body: Buffer },
  ) {
    const { cookie, ...headers } = request.headers;
    const now = new Date();
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const isBase64Encoded = body.length > 0 && !TEXT.test(type);
    const queryStringParameters = joined(new URLSearchParams(rawQueryString));
    const method = request.method ?? 'GET';
    return {
      version: '2.0',
      routeKey: match.route.key,
      rawPath: path,
      rawQueryString,
      ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
      headers: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        'x-forwarded-for': request.socket.remoteAddress ?? '',
        'x-forwarded-port': String(request.socket.localPort),
        'x-forwarded-proto': 'http',
      },
      ...(Object.keys(queryStringParameters).length > 0 && { queryStringParameters }),
      ...(Object.keys(match.parameters).length > 0 && { pathParameters: match.parameters }),
      requestContext: {
        accountId: this.#at.accountId,
        apiId: this.#api.ref,
        domainName: request.headers.host ?? this.#at.apiHost,
        domainPrefix: this.#api.ref,
        http: {
          method,
          path,
          protocol: `HTTP/${request.httpVersion}`,
          sourceIp: request.socket.remoteAddress ?? '',
          userAgent: headers['user-agent'] ?? '',
        },
        requestId: randomUUID(),
        routeKey: match.route.key,
        stage: '$default',
        time: logTime(now),
        timeEpoch: now.getTime(),
      },
      ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
      isBase64Encoded,
    };
  }
}

function toPathRoute(route: Route): PathRoute {
  const { properties } = route.resource;
  const authorization = properties.text('AuthorizationType', 'NONE');
  if (authorization !== 'NONE')
    properties.refuse(
      'AuthorizationType',
      `found ${authorization}, expected NONE: the sandbox knows no other for HTTP APIs`,
    );
  const [method = '', path = ''] = route.key.split(' ');
  if (route.key !== '$default' && !path.startsWith('/'))
    properties.refuse('RouteKey', `found ${route.key}, expected a method and a path, or $default`);
  return { ...route, method, segments: path.split('/').slice(1) };
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    if (expected.endsWith('+}')) {
      const rest = segments.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [expected.slice(1, -2)]: rest };
    }
    const found = segments[index];
    if (found === undefined) return undefined;
    if (expected.startsWith('{') && found !== '') parameters[expected.slice(1, -1)] = found;
    else if (expected !== found) return undefined;
  }
  return segments.length === pattern.length ? parameters : undefined;
}

/**
 * HTTP APIs decode the path before they look for the route, and lose what follows a decoded `?`. So `%2F` separates
 * segments. Source: captures of AWS in https://github.com/middleapi/standard-server/pull/93
 */
function asDecoded(path: string): string {
  try {
    return decodeURIComponent(path).split('?')[0] ?? path;
  } catch {
    return path;
  }
}

/** Values of a name that occurs several times are joined with commas. */
function joined(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

/** Source: API Gateway developer guide, "Lambda function response for format 2.0", including its shorthand. */
function answer(response: ServerResponse, result: unknown, added: Readonly<Record<string, string>>): void {
  if (response.destroyed) return;
  if (!isObject(result) || result['statusCode'] === undefined) {
    answerJson(response, 200, result, added);
    return;
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = result;
  const own = Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const text = typeof body === 'string' ? body : body === undefined || body === null ? '' : JSON.stringify(body);
  response.writeHead(Number(statusCode), {
    'content-type': 'text/plain; charset=utf-8',
    ...Object.fromEntries(own),
    ...(Array.isArray(cookies) && { 'set-cookie': cookies.map(String) }),
    ...added,
  });
  response.end(Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'));
}

/** Such as `12/Mar/2020:19:03:58 +0000`. */
export function logTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
