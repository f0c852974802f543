import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSocketPoster } from './socket-poster.ts';

const CREDENTIALS = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', session: 'session-token' };

interface Received {
  readonly method: string | undefined;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Behaviour = (response: ServerResponse, request: Received) => void;

const answering =
  (status: number): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"x"}');
  };

/** A place that looks like `@connections`, and a poster to it. */
async function startConnections(behave: Behaviour) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const one = { method: request.method, path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      behave(response, one);
    });
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  return { received, sockets, stop, port, ...posterTo(`ws://127.0.0.1:${port}/v1`) };
}

function posterTo(socketEndpoint: string) {
  const failures: { connectionId: string; cause: unknown }[] = [];
  const onFailure = (connectionId: string, cause: unknown) => failures.push({ connectionId, cause });
  return { failures, poster: createSocketPoster({ socketEndpoint, region: 'eu-north-1', onFailure }) };
}

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secret);
  vi.stubEnv('AWS_SESSION_TOKEN', CREDENTIALS.session);
  return () => vi.unstubAllEnvs();
});

/** What the signature must be, worked out from the request as it arrived. Source: AWS IAM user guide, SigV4. */
function signatureOf({ method, path, headers, body }: Received, signedHeaders: string, scope: string): string {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const canonical = [
    method,
    // Every service but S3 has its path, as it was sent, encoded once more.
    path
      .split('/')
      .map((segment) => encodeURIComponent(segment))
      .join('/'),
    '',
    ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name])}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${CREDENTIALS.secret}`);
  return hmac(key, toSign).toString('hex');
}

describe('a post to a socket', () => {
  it.each([200, 202, 204])('that is answered by %d is delivered', async (status) => {
    const { poster, received, failures } = await startConnections(answering(status));
    await expect(poster.post('abc', '{"type":"events","text":"æ🦊"}')).resolves.toBe('delivered');
    expect(received).toMatchObject([
      { method: 'POST', path: '/v1/@connections/abc', body: '{"type":"events","text":"æ🦊"}' },
    ]);
    expect(failures).toEqual([]);
  });

  it('that is answered by 410 finds the connection gone, which is no failure', async () => {
    const { poster, failures } = await startConnections(answering(410));
    await expect(poster.post('abc', '{}')).resolves.toBe('gone');
    expect(failures).toEqual([]);
  });

  it('that is answered by 429 is one too many, which the log need not tell of', async () => {
    const { poster, failures } = await startConnections(answering(429));
    await expect(poster.post('abc', '{}')).resolves.toBe('throttled');
    expect(failures).toEqual([]);
  });

  it.each([301, 400, 403, 404, 413, 500, 502, 503, 504])('that is answered by %d has failed', async (status) => {
    const { poster, failures, received } = await startConnections(answering(status));
    await expect(poster.post('abc', '{}')).resolves.toBe('failed');
    expect(failures).toEqual([{ connectionId: 'abc', cause: new Error(`@connections answered ${status}`) }]);
    // Not tried again: that would let one bad socket hold up the others.
    expect(received).toHaveLength(1);
  });

  it.each<[string, Behaviour]>([
    ['is never answered', () => undefined],
    ['is answered by half an answer', (response) => response.writeHead(200, { 'content-length': '10' }).write('x')],
  ])('that %s has failed after some seconds', async (_, behave) => {
    const { poster, failures } = await startConnections(behave);
    const started = performance.now();
    await expect(poster.post('slow', '{}')).resolves.toBe('failed');
    expect(performance.now() - started).toBeLessThan(6000);
    expect(failures).toMatchObject([{ connectionId: 'slow', cause: expect.any(Error) }]);
  });

  it('that is cut off has failed', async () => {
    const { poster, failures } = await startConnections((response) => response.destroy());
    await expect(poster.post('cut', '{}')).resolves.toBe('failed');
    expect(failures).toMatchObject([{ connectionId: 'cut' }]);
  });

  it('that finds nobody there has failed', async () => {
    const { poster, failures, stop } = await startConnections(answering(200));
    await stop();
    await expect(poster.post('abc', '{}')).resolves.toBe('failed');
    expect(failures).toMatchObject([{ connectionId: 'abc', cause: { code: 'ECONNREFUSED' } }]);
  });

  it('without credentials has failed, and nothing was sent', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    const { poster, failures, received } = await startConnections(answering(200));
    await expect(poster.post('abc', '{}')).resolves.toBe('failed');
    expect(failures).toHaveLength(1);
    expect(received).toEqual([]);
    await expect(poster.isOpen('abc')).resolves.toBe(true);
  });

  it('does not keep the others waiting when it hangs', async () => {
    const { poster } = await startConnections((response, { path }) => {
      if (!path.endsWith('/hangs')) response.end();
    });
    const order: string[] = [];
    const post = async (id: string): Promise<void> => {
      order.push(`${id} ${await poster.post(id, '{}')}`);
    };
    await Promise.all([post('hangs'), ...['a', 'b', 'c'].map(post)]);
    expect(order.slice(0, 3).toSorted()).toEqual(['a delivered', 'b delivered', 'c delivered']);
    expect(order[3]).toBe('hangs failed');
  });

  it.each([
    ['L0SM9cOFIAMCIdw=', '/v1/@connections/L0SM9cOFIAMCIdw%3D'],
    ['a/b?c#d', '/v1/@connections/a%2Fb%3Fc%23d'],
    ['../admin', '/v1/@connections/..%2Fadmin'],
    ['a%3D', '/v1/@connections/a%253D'],
  ])('names the connection %s in its path, encoded once', async (id, path) => {
    const { poster, received } = await startConnections(answering(200));
    await poster.post(id, '{}');
    expect(received.map((request) => request.path)).toEqual([path]);
  });

  it.each(['abc', 'L0SM9cOFIAMCIdw='])(
    'is signed for execute-api, in a way that API Gateway can check (%s)',
    async (id) => {
      const { poster, received, port } = await startConnections(answering(200));
      await poster.post(id, '{"a":"🦊"}');
      const [request] = received;
      expect(request?.headers).toMatchObject({
        host: `127.0.0.1:${port}`,
        'content-type': 'application/json',
        'x-amz-security-token': CREDENTIALS.session,
      });
      const parts =
        /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<scope>\d{8}\/eu-north-1\/execute-api\/aws4_request), SignedHeaders=(?<signed>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})$/.exec(
          request?.headers.authorization ?? '',
        )?.groups ?? {};
      expect(parts['id']).toBe(CREDENTIALS.id);
      expect(parts['signed']?.split(';')).toEqual(
        expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']),
      );
      expect(parts['signature']).toBe(signatureOf(request as Received, parts['signed'] ?? '', parts['scope'] ?? ''));
    },
  );

  it('goes over connections that are kept', async () => {
    const { poster, sockets, received } = await startConnections(answering(200));
    for (let i = 0; i < 20; i += 1) await poster.post(`c${i}`, '{}');
    expect(received).toHaveLength(20);
    expect(sockets.size).toBe(1);
    await Promise.all(Array.from({ length: 20 }, (_, i) => poster.post(`d${i}`, '{}')));
    expect(sockets.size).toBeLessThanOrEqual(20);
  });

  it('is sent anew when API Gateway has closed the kept connections meanwhile, as after a pause of the function', async () => {
    const { poster, sockets, failures } = await startConnections(answering(200));
    const many = (): Promise<readonly string[]> =>
      Promise.all(Array.from({ length: 20 }, (_, i) => poster.post(`c${i}`, '{}')));
    await many();
    // The other side is closed already, and a function that was paused has not heard of it.
    for (const socket of sockets) socket.removeAllListeners('data').on('data', () => socket.resetAndDestroy());
    expect(await many()).toEqual(Array(20).fill('delivered'));
    expect(failures).toEqual([]);
  });

  it('is not sent anew for ever', async () => {
    let count = 0;
    const { poster, sockets, failures } = await startConnections((response) => {
      count += 1;
      if (count === 1) response.end();
      else response.socket?.destroy();
    });
    expect(await poster.post('a', '{}')).toBe('delivered');
    expect(await poster.post('b', '{}')).toBe('failed');
    expect(failures).toHaveLength(1);
    expect(sockets.size).toBe(2);
  });

  it('keeps its connection also when it was refused', async () => {
    const { poster, sockets } = await startConnections((response, { path }) => {
      answering(path.endsWith('1') ? 410 : 500)(response, { method: '', path, headers: {}, body: '' });
    });
    for (let i = 0; i < 10; i += 1) await poster.post(`c${i % 2}`, '{}');
    expect(sockets.size).toBe(1);
  });

  it.each([
    ['ws://127.0.0.1:PORT', '/@connections/abc'],
    ['ws://127.0.0.1:PORT/', '/@connections/abc'],
    ['ws://127.0.0.1:PORT/v1/', '/v1/@connections/abc'],
    ['http://127.0.0.1:PORT/a/b', '/a/b/@connections/abc'],
  ])('to the endpoint %s goes to %s', async (endpoint, path) => {
    const { received, port } = await startConnections(answering(200));
    const { poster } = posterTo(endpoint.replace('PORT', String(port)));
    await expect(poster.post('abc', '{}')).resolves.toBe('delivered');
    expect(received.map((request) => request.path)).toEqual([path]);
  });
});

describe('looking after sockets', () => {
  it('asks whether one is open, and takes it for open unless it is gone for sure', async () => {
    for (const [status, isOpen] of [
      [200, true],
      [410, false],
      [403, true],
      [429, true],
      [500, true],
    ] as const) {
      const { poster, received } = await startConnections(answering(status));
      expect(await poster.isOpen('abc='), String(status)).toBe(isOpen);
      expect(received).toMatchObject([{ method: 'GET', path: '/v1/@connections/abc%3D', body: '' }]);
    }
    const { poster, stop } = await startConnections(answering(200));
    await stop();
    expect(await poster.isOpen('abc=')).toBe(true);
  });

  it('closes one, and says where nobody answers without failing', async () => {
    const { poster, received, failures, stop } = await startConnections(answering(204));
    await poster.close('abc=');
    expect(received).toMatchObject([{ method: 'DELETE', path: '/v1/@connections/abc%3D' }]);
    expect(failures).toEqual([]);
    await stop();
    await poster.close('abc=');
    expect(failures).toMatchObject([{ connectionId: 'abc=' }]);
  });
});
