import type { IncomingMessage } from 'node:http';
import type { Properties } from './properties.ts';

/** The CORS configuration of an HTTP API, which API Gateway carries out by itself. */
export interface Cors {
  /** Headers for the answer to a request from this origin; none for one from elsewhere. */
  headersFor(request: IncomingMessage): Readonly<Record<string, string>>;
  /** Headers for the answer to a preflight request, or `undefined` if this is none. */
  preflight(request: IncomingMessage): Readonly<Record<string, string>> | undefined;
}

/** Source: API Gateway developer guide, "Configure CORS for HTTP APIs". */
export function readCors(configuration: Properties): Cors {
  const origins = configuration.texts('AllowOrigins');
  const methods = configuration.texts('AllowMethods');
  const allowed = configuration.texts('AllowHeaders');
  const exposed = configuration.texts('ExposeHeaders');
  const credentials = configuration.flag('AllowCredentials');

  const headersFor = ({ headers: { origin } }: IncomingMessage): Readonly<Record<string, string>> => {
    if (origin === undefined || !origins.some((pattern) => allows(pattern, origin))) return {};
    return {
      'access-control-allow-origin': origins.includes('*') ? '*' : origin,
      ...(exposed.length > 0 && { 'access-control-expose-headers': exposed.join(',') }),
      ...(credentials && { 'access-control-allow-credentials': 'true' }),
    };
  };
  return {
    headersFor,
    preflight(request) {
      if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
        return undefined;
      const headers = headersFor(request);
      if (headers['access-control-allow-origin'] === undefined) return {};
      return {
        ...headers,
        ...(methods.length > 0 && { 'access-control-allow-methods': methods.join(',') }),
        ...(allowed.length > 0 && { 'access-control-allow-headers': allowed.join(',') }),
        ...(configuration.has('MaxAge') && { 'access-control-max-age': String(configuration.number('MaxAge')) }),
      };
    },
  };
}

const allows = (pattern: string, origin: string): boolean =>
  pattern === '*' || pattern === origin || (pattern.endsWith('*') && origin.startsWith(pattern.slice(0, -1)));
