import { describe, expect } from 'vitest';
import { needs } from './capabilities.ts';
import { hubUnderTest } from './hub-under-test.ts';

const { apiUrl, socketUrl, issuer, consoleUrl = '' } = hubUnderTest().target;

/** The page, as a browser that opens the console asks for it. */
async function open(path = '/') {
  const response = await fetch(`${consoleUrl}${path}`, { headers: { 'accept-encoding': 'br, gzip' } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Directive → sources. */
const readPolicy = (policy: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );

const assetsOf = (page: string): readonly string[] =>
  [...page.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

describe('the console', () => {
  needs('console')('comes with a policy that runs its own files and nothing inline', async () => {
    const { status, headers, text } = await open();
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html']);
    const policy = readPolicy(headers.get('content-security-policy') ?? '');
    expect(Object.fromEntries(policy)).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
    });
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  needs('console')('lets the page connect to its hub and its issuer only', async () => {
    const { text } = await open();
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    const sources = readPolicy(policy).get('connect-src') ?? [];
    expect(sources.slice(0, 4)).toEqual(["'self'", apiUrl, socketUrl, new URL(issuer).origin]);
    // Before anything that it is to count for.
    expect(text.indexOf(policy)).toBeLessThan(text.indexOf('<script'));
  });

  needs('console')('says what else a browser must not do', async () => {
    const { headers } = await open();
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  });

  needs('console')('keeps what never changes, and asks again for what does', async () => {
    const page = await open();
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const assets = assetsOf(page.text);
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const { status, headers } = await open(asset);
      expect([status, headers.get('cache-control')], asset).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    const tag = { 'if-none-match': page.headers.get('etag') ?? '' };
    expect((await fetch(`${consoleUrl}/`, { headers: tag })).status).toBe(304);
  });

  needs('console')('is told by its configuration where its hub is', async () => {
    const { headers, text } = await open('/config.json');
    expect(headers.get('cache-control')).toBe('no-cache');
    const configuration = JSON.parse(text);
    expect(configuration).toMatchObject({
      apiUrl,
      socketUrl,
      modules: expect.arrayContaining(['bank']),
      signIn: { issuer, scopes: expect.arrayContaining(['openid', 'bank', 'subscriptions:write', 'operations:read']) },
    });
    expect(text).not.toMatch(/secret|marker/i);
  });

  needs('console')('has nothing but what was built', async () => {
    for (const path of ['/.vite/manifest.json', '/assets/', '/index.html.map', '/../package.json'])
      expect((await open(path)).status, path).toBe(403);
    expect((await fetch(`${consoleUrl}/`, { method: 'POST' })).status).toBe(403);
  });
});
