import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../test/virtual-time.ts';
import { PUBLISH_TIMING } from './timing.ts';
import { type Grant, TokenCache } from './token-source.ts';

function setUp(grants: readonly (Partial<Grant> | Error)[] = []) {
  const time = new VirtualTime();
  const asked: string[] = [];
  const left = [...grants];
  const cache = new TokenCache(
    async (scopes) => {
      asked.push(scopes.join(' '));
      const grant = left.shift() ?? {};
      if (grant instanceof Error) throw grant;
      return { token: `token-${asked.length}`, expiresIn: 3600, ...grant };
    },
    PUBLISH_TIMING,
    time,
  );
  return { time, asked, cache };
}

describe('tokens', () => {
  it('are kept by set of scopes, in whatever order', async () => {
    const { cache, asked } = setUp();
    expect(await cache.get(['bank', 'community'])).toBe('token-1');
    expect(await cache.get(['community', 'bank', 'bank'])).toBe('token-1');
    expect(await cache.get(['bank'])).toBe('token-2');
    expect(asked).toEqual(['bank community', 'bank']);
  });

  it('are asked for once, whoever waits', async () => {
    const { cache, asked } = setUp();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => cache.get(['bank']))))).toEqual(
      new Set(['token-1']),
    );
    expect(asked).toHaveLength(1);
  });

  it('are renewed before they end, by chance up to twice the margin', async () => {
    const { cache, time } = setUp();
    await cache.get(['bank']);
    // Chance is a half here: a minute and a half before the hour is over.
    time.skip(3600_000 - 90_000 - 1);
    expect(await cache.get(['bank'])).toBe('token-1');
    time.skip(1);
    expect(await cache.get(['bank'])).toBe('token-2');
  });

  it('are used to their end if the issuer fails when they are to be renewed, and no longer', async () => {
    const { cache, time } = setUp([{}, new Error('away'), new Error('away')]);
    await cache.get(['bank']);
    time.skip(3600_000 - 1000);
    expect(await cache.get(['bank'])).toBe('token-1');
    time.skip(1000);
    await expect(cache.get(['bank'])).rejects.toThrow('away');
    expect(await cache.get(['bank'])).toBe('token-4');
  });

  it('are not kept if they have ended already', async () => {
    const { cache } = setUp([{ expiresIn: 0 }]);
    await cache.get(['bank']);
    expect(await cache.get(['bank'])).toBe('token-2');
  });

  it('are believed when they say themselves when they end, and used for minutes if nobody does', async () => {
    const payload = btoa(JSON.stringify({ exp: 1_700_000_000 + 1000 }));
    const { cache, time, asked } = setUp([{ token: `a.${payload}.c`, expiresIn: undefined }, { expiresIn: undefined }]);
    await cache.get([]);
    time.skip(1000_000 - 89_000);
    expect(await cache.get([])).toBe('token-2');
    time.skip(120_000);
    await cache.get([]);
    expect(asked).toHaveLength(2);
    time.skip(300_000);
    await cache.get([]);
    expect(asked).toHaveLength(3);
  });

  it('are dropped once they are refused, those alone', async () => {
    const { cache } = setUp();
    await cache.get(['bank']);
    await cache.get(['community']);
    cache.drop('token-1');
    expect(await cache.get(['community'])).toBe('token-2');
    expect(await cache.get(['bank'])).toBe('token-3');
  });
});
