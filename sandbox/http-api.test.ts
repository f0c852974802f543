import { describe, expect, it } from 'vitest';
import { httpApi } from './fixture/apis.ts';
import { startFixture } from './fixture/assembly.ts';

const ECHO = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })';
const ROUTES = ['POST /events', 'GET /events', 'GET /events/{id}', 'GET /files/{path+}', 'ANY /any'];

async function start(handler = ECHO, properties: object = {}) {
  const { target } = await startFixture({ resources: httpApi(ROUTES, properties), handlers: { f: handler } });
  return (path: string, init: RequestInit = {}) => fetch(`${target.apiUrl}${path}`, init);
}

const post = (contentType: string | undefined, body: string | Uint8Array<ArrayBuffer>): RequestInit => ({
  method: 'POST',
  // A blob without a type is sent without a content type.
  body: contentType === undefined ? new Blob([body]) : body,
  ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
});

describe('the HTTP API', () => {
  it('gives a function the request in payload format 2.0', async () => {
    const request = await start();
    const response = await request('/events?a=1&a=2&b=%20x', {
      ...post('application/json; charset=utf-8', '{"ä":1}'),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        Authorization: 'Bearer x',
        Cookie: 'c=1; d=2',
        'X-One': 'v',
      },
    });
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /events',
      rawPath: '/events',
      rawQueryString: 'a=1&a=2&b=%20x',
      cookies: ['c=1', 'd=2'],
      headers: { authorization: 'Bearer x', 'x-one': 'v', 'x-forwarded-proto': 'http' },
      queryStringParameters: { a: '1,2', b: ' x' },
      requestContext: {
        accountId: '000000000000',
        apiId: expect.stringMatching(/^[0-9a-f]{10}$/),
        http: { method: 'POST', path: '/events', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        routeKey: 'POST /events',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ä":1}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['text/plain', false],
    ['application/json', false],
    ['application/xml', false],
    ['application/cloudevents+json', true],
    ['application/x-www-form-urlencoded', true],
    [undefined, true],
  ])('hands on a body of type %s as base64: %s', async (contentType, isBase64Encoded) => {
    const request = await start();
    const event = (await (await request('/events', post(contentType, 'hey'))).json()) as object;
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'aGV5' : 'hey' });
  });

  it('leaves out what a request does not have', async () => {
    const event = await (await (await start())('/events')).json();
    for (const field of ['body', 'cookies', 'queryStringParameters', 'pathParameters'])
      expect(event).not.toHaveProperty(field);
  });

  it.each([
    ['/events/a%3Ab%23c', 'GET /events/{id}', { id: 'a:b#c' }],
    ['/files/a/b%20c', 'GET /files/{path+}', { path: 'a/b c' }],
    ['/events/a%3Fb', 'GET /events/{id}', { id: 'a' }],
  ])('decodes the path %s', async (path, routeKey, pathParameters) => {
    expect(await (await (await start())(path)).json()).toMatchObject({ routeKey, pathParameters });
  });

  it.each(['/', '/other', '/events/', '/events/a/b', '/events/a%2Fb', '/files/'])(
    'finds no route for %s',
    async (path) => {
      const response = await (await start())(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ message: 'Not Found' });
    },
  );

  it('answers with what the function returns', async () => {
    const request = await start(
      `exports.handler = async () => ({ statusCode: 418, headers: { 'X-Kind': 'teapot', 'content-type': 'text/tea' },
        cookies: ['a=1', 'b=2'], isBase64Encoded: true, body: Buffer.from('short').toString('base64') })`,
    );
    const response = await request('/any', { method: 'DELETE' });
    expect(response.status).toBe(418);
    expect(response.headers.get('x-kind')).toBe('teapot');
    expect(response.headers.get('content-type')).toBe('text/tea');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('short');
  });

  it('takes anything without a status for a body', async () => {
    const response = await (await start('exports.handler = async () => ({ fine: true })'))('/any');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ fine: true });
  });

  it('answers for a function that fails', async () => {
    const response = await (await start('exports.handler = async () => { throw new Error("secret") }'))('/any');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  });

  it('refuses a body of more than 10 MB', async () => {
    const response = await (await start())('/events', post('text/plain', 'x'.repeat(10 * 1024 * 1024 + 1)));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Too Long' });
  });

  it('carries out the CORS configuration by itself', async () => {
    const CorsConfiguration = {
      AllowOrigins: ['https://app.example.com', 'http://localhost:*'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['authorization'],
      ExposeHeaders: ['retry-after'],
      MaxAge: 60,
    };
    const request = await start(ECHO, { CorsConfiguration });
    const from = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });
    const preflight = await request('/events', { method: 'OPTIONS', headers: from('http://localhost:3000') });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '60',
    });
    const stranger = await request('/events', { method: 'OPTIONS', headers: from('https://evil.example.com') });
    expect(stranger.headers.has('access-control-allow-origin')).toBe(false);
    const simple = await request('/events', { headers: { origin: 'https://app.example.com' } });
    expect(simple.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(simple.headers.get('access-control-expose-headers')).toBe('retry-after');
  });
});
