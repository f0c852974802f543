import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { DescribedApi } from '../../acceptance/described-api.ts';
import { newEvent } from '../../acceptance/events.ts';
import { request, STRUCTURED } from '../../acceptance/hub.ts';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';

/** How an entrance has answered a token. */
export interface Answered {
  /** Of HTTP and of handshakes. */
  readonly status?: number;
  /** Absent where API Gateway answers by a bare status. */
  readonly code?: string;
  /** All that has come back, headers included. */
  readonly text: string;
}

/** A place where a hub takes tokens. */
export interface Entrance {
  readonly name: string;
  /** Whether a refusal says why. */
  readonly saysCode: boolean;
  offer(token: string): Promise<Answered>;
}

/** Bodies with which each route would be served, for an event and a subscription of the tenant. */
function bodyFor(route: string, tenant: string): Readonly<Record<string, unknown>> | undefined {
  if (route === 'POST /events') return newEvent(tenant);
  if (route === 'POST /subscriptions') return { name: randomUUID() };
  if (route.startsWith('PATCH ')) return { status: 'paused' };
  if (route.endsWith('/ack')) return { sequence: 0 };
  return route.startsWith('POST ') || route.startsWith('PUT ') ? {} : undefined;
}

/** A request to a route of the description, with everything but a token. */
export function plainRequest(route: string, tenant: string) {
  const [method = '', path = ''] = route.split(' ');
  const body = bodyFor(route, tenant);
  return {
    method,
    path: path.replaceAll(/\{[^}]+\}/g, 'some-name'),
    ...(body !== undefined && {
      headers: { 'content-type': route === 'POST /events' ? STRUCTURED : 'application/json' },
      body: JSON.stringify(body),
    }),
  };
}

/** Every route that takes a token, as the hub itself describes them: one that is added is an entrance at once. */
export const guardedRoutes = (api: DescribedApi): readonly string[] =>
  [...api.operations].filter(([, { security }]) => security.length > 0).map(([route]) => route);

/** A route of the HTTP API. */
export function httpEntrance(route: string, tenant: string): Entrance {
  return {
    name: route,
    saysCode: true,
    offer: async (token) => {
      const { method, path, ...rest } = plainRequest(route, tenant);
      const { status, headers, text } = await request(method, path, { ...rest, token });
      const problem = text.startsWith('{') ? (JSON.parse(text) as { code?: string }) : {};
      return { status, ...(problem.code !== undefined && { code: problem.code }), text: `${flat(headers)}\n${text}` };
    },
  };
}

const flat = (headers: Headers): string => [...headers].map(([name, value]) => `${name}: ${value}`).join('\n');

/** The handshake of a socket, with the token in one of its two places. */
export const handshakeEntrance = (place: 'header' | 'subprotocol'): Entrance => ({
  name: `$connect by ${place}`,
  saysCode: false,
  offer: (token) =>
    place === 'header'
      ? shakeHands([], { authorization: `Bearer ${token}` })
      : shakeHands(['tidings.v1', `bearer.${token}`]),
});

/** Tries to open a socket; 101 is a success. */
export function shakeHands(
  protocols: readonly string[],
  headers: Readonly<Record<string, string>> = {},
  query = '',
): Promise<Answered> {
  const socket = new WebSocket(`${hubUnderTest().target.socketUrl}${query}`, [...protocols], { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      resolve({ status: 101, text: socket.protocol });
      socket.terminate();
    });
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const text = `${response.rawHeaders.join('\n')}\n${Buffer.concat(chunks).toString('utf8')}`;
        resolve({ status: response.statusCode ?? 0, text });
        socket.terminate();
      });
    });
    socket.once('error', reject);
  });
}
