import asyncapi from '@tidings/contracts/gen/asyncapi.json' with { type: 'json' };
import openapi from '@tidings/contracts/gen/openapi.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { request, STRUCTURED, tokenFor } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';

const PATHS = ['/openapi.json', '/asyncapi.json'];

describe('a description', () => {
  it.each(PATHS)('%s comes without a token, may be kept, and comes again only when it has changed', async (path) => {
    const answer = await request('GET', path);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(answer.headers.get('cache-control')).toMatch(/max-age=[1-9]/);
    const etag = answer.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const same = await request('GET', path, { headers: { 'if-none-match': etag } });
    expect({ status: same.status, text: same.text, etag: same.headers.get('etag') }).toEqual({
      status: 304,
      text: '',
      etag,
    });
    const other = await request('GET', path, { headers: { 'if-none-match': '"other"' } });
    expect({ status: other.status, text: other.text }).toEqual({ status: 200, text: answer.text });
  });

  it.each(PATHS)('%s comes compressed for who can read that', async (path) => {
    // `fetch` decompresses by itself and keeps the header.
    const plain = await request('GET', path, { headers: { 'accept-encoding': 'identity' } });
    const compressed = await request('GET', path, { headers: { 'accept-encoding': 'gzip' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(compressed.text).toBe(plain.text);
  });

  needs('cors-preflight')('may be read by a page, with its version', async () => {
    for (const path of PATHS) {
      const { headers } = await request('GET', path, { headers: { origin: 'http://localhost:5173' } });
      expect(['*', 'http://localhost:5173']).toContain(headers.get('access-control-allow-origin'));
      expect(headers.get('access-control-expose-headers')).toMatch(/\betag\b/i);
    }
  });

  it('openapi.json names this hub and its token endpoint: what it says works at once', async () => {
    const served = JSON.parse((await request('GET', '/openapi.json')).text) as typeof openapi;
    const { tokenUrl } = served.components.securitySchemes.oauth2.flows.clientCredentials;
    expect(served.servers).toEqual([{ url: hubUnderTest().target.apiUrl }]);
    expect(tokenUrl).toBe(hubUnderTest().target.tokenUrl);
    expect(Object.keys(served.paths)).toEqual(Object.keys(openapi.paths));
    expect(Object.keys(served.components.schemas)).toEqual(Object.keys(openapi.components.schemas));

    const event = newEvent(newTenant('downloaded'));
    const [{ url } = { url: '' }] = served.servers;
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenFor({ tenant: event.tenantid })}`, 'content-type': STRUCTURED },
      body: JSON.stringify(event),
    });
    expect(response.status).toBe(202);
  });

  needs('socket-scheme')('asyncapi.json names the socket of this hub', async () => {
    const served = JSON.parse((await request('GET', '/asyncapi.json')).text) as typeof asyncapi;
    const { protocol, host, pathname } = served.servers.socket;
    expect(`${protocol}://${host}${pathname}`).toBe(hubUnderTest().target.socketUrl);
    expect(served.channels).toEqual(asyncapi.channels);
    expect(served.components).toEqual(asyncapi.components);
  });
});
