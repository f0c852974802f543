import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startFixture } from './fixture/assembly.ts';
import { website } from './fixture/website.ts';

async function start(options?: Parameters<typeof website>[0]) {
  const { target } = await startFixture(website(options));
  const url = target.consoleUrl ?? '';
  return { url, get: (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, init) };
}

/** As a client sends it that does not tidy up paths, and does not decode what comes. */
function raw(url: string, path: string, headers: Readonly<Record<string, string>> = {}) {
  return new Promise<{ readonly status: number | undefined; readonly headers: object; readonly body: Buffer }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(url);
      const sent = request({ hostname, port, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      sent.once('error', reject).end();
    },
  );
}

describe('a website', () => {
  it('is served with its headers, and with what only a deployment knows', async () => {
    const { get } = await start();
    const page = await get('/');
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><meta content="connect-src https://a">']);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html',
      'cache-control': 'no-cache',
      'content-security-policy': "default-src 'none'",
      'strict-transport-security': 'max-age=60; includeSubDomains',
      'x-own': 'yes',
    });
    expect(await (await get('/config.json')).json()).toMatchObject({ region: 'eu-north-1', quoted: '"\\' });
  });

  it('has the files of all deployments, each with its own type and time to keep', async () => {
    const { get } = await start();
    const script = await get('/assets/index-1.js?v=1');
    expect([script.headers.get('content-type'), script.headers.get('cache-control')]).toEqual([
      'text/javascript',
      'immutable',
    ]);
    expect((await get('/assets/sub/font.woff2')).headers.get('content-type')).toBe('font/woff2');
  });

  it.each([
    ['gzip', 'gzip, deflate', gunzipSync],
    ['br', 'gzip, br', brotliDecompressSync],
  ])('comes as %s to who takes %s, with a weak tag', async (encoding, accepted, decompress) => {
    const { url } = await start();
    const plain = await raw(url, '/assets/index-1.js');
    const packed = await raw(url, '/assets/index-1.js', { 'accept-encoding': accepted });
    expect(packed.headers).toMatchObject({ 'content-encoding': encoding, etag: expect.stringMatching(/^W\//) });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(decompress(packed.body).equals(plain.body)).toBe(true);
  });

  it('is not sent again to who has it', async () => {
    const { get } = await start();
    const first = await get('/assets/index-1.js');
    const again = await get('/assets/index-1.js', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect([again.status, await again.text(), again.headers.get('x-own')]).toEqual([304, '', 'yes']);
    expect((await get('/', { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  });

  it('answers HEAD without a body', async () => {
    const { get } = await start();
    const head = await get('/', { method: 'HEAD' });
    expect([head.status, Number(head.headers.get('content-length')) > 0, await head.text()]).toEqual([200, true, '']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { get } = await start();
    expect((await get('/', { method })).status).toBe(403);
  });

  it.each([
    ['/nothing', 403],
    ['/assets/', 403],
    ['//index.html', 403],
    ['/../../../../etc/passwd', 403],
    ['/%2e%2e/%2e%2e/etc/passwd', 403],
    ['/assets/..%2findex.html', 403],
    ['/constructor', 403],
    ['/%', 400],
  ])('has nothing at %s', async (path, status) => {
    const { url } = await start();
    const { status: found, headers } = await raw(url, path);
    expect(found).toBe(status);
    expect(headers).toMatchObject({ 'x-own': 'yes' });
  });

  it('shows nothing of a bucket whose policy lets another distribution read', async () => {
    const condition = { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::0:distribution/ANOTHER' } };
    const { get } = await start({ statement: { Condition: condition } });
    expect((await get('/')).status).toBe(403);
  });
});

describe('what the sandbox does not know of a website', () => {
  const refusal = (options: Parameters<typeof website>[0]) => startFixture(website(options));

  it.each([
    [{ distribution: { WebACLId: 'any' } }, 'whose property DistributionConfig.WebACLId the sandbox does not know'],
    [{ distribution: { Enabled: false } }, 'DistributionConfig.Enabled: found false, expected true'],
    [{ deployment: { Exclude: ['*'] } }, 'whose property Exclude the sandbox does not know'],
    [{ deployment: { Prune: true } }, 'Prune: expected false: it would remove what another deployment has put'],
    [{ deployment: { DestinationBucketName: 'b' } }, 'DestinationBucketName: found b, expected a bucket'],
    [{ deployment: { SourceObjectKeys: ['x.zip'] } }, 'SourceObjectKeys: found x.zip, which is no asset of the stack'],
    [
      { deployment: { SourceMarkersConfig: [{ markerEncodings: { '<<marker:0>>': 'YAML_STRING' } }] } },
      'SourceMarkersConfig: found the encoding YAML_STRING',
    ],
  ])('stops it: %o', async (options, message) => {
    await expect(refusal(options)).rejects.toThrow(message);
  });

  it('is a function with layers', async () => {
    const fixture = website();
    const { Hashed: _, Named: __, ...resources } = fixture.resources;
    await expect(startFixture({ ...fixture, resources })).rejects.toThrow('Layers: found layers, expected none');
  });
});
