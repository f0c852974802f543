import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { logTime } from './http-api.ts';
import type { SocketConnection } from './socket-connection.ts';

/** What the events of an API have in common. */
export interface EventSourceApi {
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
}

/** `requestContext` of an event. Source: API Gateway developer guide, "WebSocket API mapping template reference". */
export function toRequestContext(
  api: EventSourceApi,
  connection: SocketConnection,
  routeKey: string,
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT',
) {
  const now = new Date();
  return {
    ...api,
    routeKey,
    eventType,
    extendedRequestId: randomUUID(),
    requestId: randomUUID(),
    requestTime: logTime(now),
    requestTimeEpoch: now.getTime(),
    messageDirection: 'IN',
    connectedAt: connection.connectedAt,
    connectionId: connection.id,
    identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
    ...(connection.authorizer !== undefined && { authorizer: connection.authorizer }),
  };
}

/** What authorizer and `$connect` are told of the request. Header names are as the client wrote them. */
export function toHandshakeEvent(
  api: EventSourceApi,
  connection: SocketConnection,
  request: IncomingMessage,
  url: URL,
) {
  const headers: Record<string, string> = {};
  const multiValueHeaders: Record<string, string[]> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(index, index + 2);
    headers[name] = value;
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), value];
  }
  const query = [...new Set(url.searchParams.keys())];
  return {
    headers,
    multiValueHeaders,
    ...(query.length > 0 && {
      queryStringParameters: Object.fromEntries(
        query.map((name) => [name, url.searchParams.getAll(name).at(-1) ?? '']),
      ),
      multiValueQueryStringParameters: Object.fromEntries(query.map((name) => [name, url.searchParams.getAll(name)])),
    }),
    requestContext: toRequestContext(api, connection, '$connect', 'CONNECT'),
  };
}
