import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { socketApi } from './fixture/apis.ts';
import { startFixture } from './fixture/assembly.ts';
import { until } from './fixture/until.ts';
import type { SandboxOptions } from './sandbox.ts';
import { SOCKET_LIMITS } from './socket-connection.ts';

const ROUTES = ['$connect', '$disconnect', '$default', 'hello'];
const policy = (effect: string, resource = 'event.methodArn') =>
  `{ principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: '${effect}', Resource: ${resource} }] }`;
const ALLOW = `exports.handler = async (event) => (${policy('Allow')}, context: { tenant: 't1', level: 3, admin: true } })`;

/** Sends every event of `$default` and of routes back to the socket that it came from, as functions do. */
const ECHO = `
const post = async (id, body, method = 'POST') => {
  const response = await fetch(process.env.ENDPOINT.replace(/^ws/, 'http') + '/@connections/' + encodeURIComponent(id), {
    method, body, headers: { authorization: 'AWS4-HMAC-SHA256 any' } });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: await response.text() };
};
const seen = [];
let early;
exports.handler = async (event) => {
  const { routeKey, connectionId } = event.requestContext;
  seen.push(event);
  if (routeKey === '$connect') early = await post(connectionId, 'too early');
  if (routeKey === '$connect') return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'one' } };
  if (event.body === 'fail') throw new Error('failed');
  if (event.body === 'get') await post(connectionId, (await fetchInfo(connectionId)));
  else if (event.body === 'delete') await post(connectionId, undefined, 'DELETE');
  else if (event.body === 'large') await post(connectionId, JSON.stringify(await post(connectionId, 'x'.repeat(131073))));
  else if (event.body === 'unsigned') await post(connectionId, String((await fetch(process.env.ENDPOINT.replace(/^ws/, 'http') + '/@connections/' + connectionId, { method: 'POST' })).status));
  else if (event.body === 'seen') await post(connectionId, JSON.stringify({ early, seen }));
  else if (routeKey !== '$disconnect') await post(connectionId, JSON.stringify(event));
  return { statusCode: 200 };
};
const fetchInfo = async (id) => (await post(id, undefined, 'GET')).body;
`;

interface Start extends SandboxOptions {
  readonly authorize?: string;
  readonly handler?: string;
  readonly authorizer?: object;
}

async function start({ authorize = ALLOW, handler = ECHO, authorizer = {}, ...options }: Start = {}) {
  const fixture = { resources: socketApi(ROUTES, authorizer), handlers: { f: handler, authorize } };
  // One thread, so that the function remembers what it has seen.
  return startFixture(fixture, { concurrency: 1, ...options });
}

/** A client that keeps what it is told. */
function connect(url: string, protocols: string[] = ['one', 'bearer.x'], headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, protocols, { headers });
  onTestFinished(() => socket.terminate());
  const messages: string[] = [];
  let close: { readonly code: number } | undefined;
  let refusal: number | undefined;
  let opened = false;
  socket.on('open', () => {
    opened = true;
  });
  socket.on('message', (data) => messages.push(String(data)));
  socket.on('close', (code) => {
    close = { code };
  });
  socket.on('unexpected-response', (_request, response) => {
    refusal = response.statusCode;
  });
  socket.on('error', () => undefined);
  return {
    socket,
    opened: () => until('the socket to open', () => (opened ? true : undefined)),
    refused: () => until('the handshake to be refused', () => refusal),
    closed: () => until('the socket to close', () => close?.code),
    next: () => until('a message', () => messages.shift()),
    async ask(text: string) {
      socket.send(text);
      return until('an answer', () => messages.shift());
    },
  };
}

describe('the WebSocket API', () => {
  it('opens after authorizer and $connect, with the subprotocol that $connect has chosen', async () => {
    const { target } = await start();
    const client = connect(`${target.socketUrl}?types=bank.*`, ['other', 'one']);
    await client.opened();
    expect(client.socket.protocol).toBe('one');
    const { early, seen } = JSON.parse(await client.ask('seen'));
    expect(early).toMatchObject({ status: 410, type: 'GoneException' });
    expect(seen[0]).toMatchObject({
      headers: { 'Sec-WebSocket-Protocol': 'other,one' },
      multiValueHeaders: { Upgrade: ['websocket'] },
      queryStringParameters: { types: 'bank.*' },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        connectionId: expect.stringMatching(/=$/),
        connectedAt: expect.any(Number),
        stage: 'v1',
        domainName: new URL(target.apiUrl === 'none' ? target.socketUrl : target.apiUrl).host,
        authorizer: { principalId: 'p', tenant: 't1', level: '3', admin: 'true' },
        identity: { sourceIp: '127.0.0.1' },
      },
    });
  });

  it('chooses the route by the field of the message, and takes $default for everything else', async () => {
    const client = connect((await start()).target.socketUrl);
    await client.opened();
    const routeOf = async (text: string) => JSON.parse(await client.ask(text)).requestContext.routeKey;
    expect(await routeOf('{"action":"hello"}')).toBe('hello');
    expect(await routeOf('{"action":"other"}')).toBe('$default');
    expect(await routeOf('{"action":"toString"}')).toBe('$default');
    expect(await routeOf('no json')).toBe('$default');
    const event = JSON.parse(await client.ask('x'));
    expect(event).toMatchObject({
      body: 'x',
      isBase64Encoded: false,
      requestContext: { eventType: 'MESSAGE', messageId: expect.any(String), authorizer: { tenant: 't1' } },
    });
  });

  it.each([
    ['denies', `exports.handler = async (event) => (${policy('Deny')} })`, 403],
    ['allows something else', `exports.handler = async (event) => (${policy('Allow', '"arn:other"')} })`, 403],
    ['throws Unauthorized', `exports.handler = async () => { throw new Error('Unauthorized') }`, 401],
    ['throws something else', `exports.handler = async () => { throw new Error('other') }`, 500],
    ['returns no policy', 'exports.handler = async () => ({})', 500],
    [
      'returns a context that is not flat',
      `exports.handler = async (event) => (${policy('Allow')}, context: { list: [] } })`,
      500,
    ],
  ])('refuses the handshake when the authorizer %s', async (_name, authorize, status) => {
    expect(await connect((await start({ authorize })).target.socketUrl).refused()).toBe(status);
  });

  it('gives the authorizer the request, and asks it only when every identity source is there', async () => {
    const authorize = `exports.handler = async (event) => (${policy('Allow', `event.methodArn.replace('$connect', '*')`)}, context: { event: JSON.stringify(event) } })`;
    const IdentitySource = ['route.request.header.Authorization', 'route.request.querystring.a'];
    const { target } = await start({ authorize, authorizer: { IdentitySource } });
    expect(await connect(`${target.socketUrl}?a=1`).refused()).toBe(401);
    const client = connect(`${target.socketUrl}?a=1`, ['one'], { Authorization: 'Bearer x' });
    await client.opened();
    const { requestContext } = JSON.parse(await client.ask('x'));
    expect(JSON.parse(requestContext.authorizer.event)).toMatchObject({
      type: 'REQUEST',
      methodArn: expect.stringMatching(/^arn:aws:execute-api:eu-north-1:000000000000:[0-9a-f]{10}\/v1\/\$connect$/),
      headers: { Authorization: 'Bearer x' },
      queryStringParameters: { a: '1' },
      requestContext: { routeKey: '$connect', eventType: 'CONNECT', connectionId: requestContext.connectionId },
    });
  });

  it.each([
    ['returns another status', 'return { statusCode: 409 }', 409],
    ['fails', `throw new Error('x')`, 502],
  ])('refuses the handshake when $connect %s', async (_name, code, status) => {
    const { target } = await start({ handler: `exports.handler = async () => { ${code} }` });
    expect(await connect(target.socketUrl).refused()).toBe(status);
  });

  it('knows no other stage', async () => {
    expect(await connect((await start()).target.socketUrl.replace(/v1$/, 'v2')).refused()).toBe(403);
  });

  it('tells the client when a route fails', async () => {
    const client = connect((await start()).target.socketUrl);
    await client.opened();
    expect(JSON.parse(await client.ask('fail'))).toMatchObject({
      message: 'Internal server error',
      connectionId: expect.any(String),
    });
  });

  it('answers @connections: information, too large, unsigned, gone', async () => {
    const { target } = await start();
    const client = connect(target.socketUrl);
    await client.opened();
    expect(JSON.parse(await client.ask('get'))).toMatchObject({
      identity: { sourceIp: '127.0.0.1' },
      lastActiveAt: expect.any(String),
    });
    expect(JSON.parse(await client.ask('large'))).toMatchObject({ status: 413, type: 'PayloadTooLargeException' });
    expect(await client.ask('unsigned')).toBe('403');
    client.socket.send('delete');
    expect(await client.closed()).toBe(1000);
  });

  it('tells $disconnect how a connection ended', async () => {
    const { target } = await start();
    const first = connect(target.socketUrl);
    await first.opened();
    first.socket.close(4001, 'bye');
    await first.closed();
    const second = connect(target.socketUrl);
    await second.opened();
    const disconnect = await until('$disconnect', async () => {
      const { seen } = JSON.parse(await second.ask('seen'));
      return seen.find(
        (event: { requestContext: { routeKey: string } }) => event.requestContext.routeKey === '$disconnect',
      );
    });
    expect(disconnect.requestContext).toMatchObject({
      eventType: 'DISCONNECT',
      disconnectStatusCode: 4001,
      disconnectReason: 'bye',
    });
  });

  it('closes over a message of more than 128 KB, and over a frame of more than 32 KB', async () => {
    const { target } = await start();
    const client = connect(target.socketUrl);
    await client.opened();
    for (const fin of [false, true]) client.socket.send('x'.repeat(30_000), { fin });
    expect(JSON.parse(await client.next()).body).toHaveLength(60_000);
    client.socket.send('x'.repeat(32 * 1024 + 1));
    expect(await client.closed()).toBe(1009);
    const other = connect(target.socketUrl);
    await other.opened();
    for (let part = 0; part < 5; part += 1) other.socket.send('x'.repeat(30_000), { fin: part === 4 });
    expect(await other.closed()).toBe(1009);
  });

  it.each([
    ['idles for too long', { idle: 50 }],
    ['has lasted long enough', { lifetime: 50 }],
  ])('closes a connection that %s', async (_name, limits) => {
    const { target } = await start({ socketLimits: { ...SOCKET_LIMITS, ...limits } });
    expect(await connect(target.socketUrl).closed()).toBe(1001);
  });

  it('breaks connections off when asked, without a close frame', async () => {
    const sandbox = await start();
    const client = connect(sandbox.target.socketUrl);
    await client.opened();
    sandbox.dropSockets();
    expect(await client.closed()).toBe(1006);
  });
});
