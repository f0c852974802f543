import { describe, expect, it } from 'vitest';
import type { Configuration } from '../configuration.ts';
import { identityOf } from './identity.ts';
import { Session, SignedOut } from './session.ts';

const CLAIMS = { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' };
const CONFIGURATION = { environment: 'dev', claims: CLAIMS } as unknown as Configuration;
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

const tokenOf = (claims: Readonly<Record<string, unknown>>): string =>
  ['{}', JSON.stringify(claims), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('an identity', () => {
  it('is read from the claims that the environment names, lists as arrays or as text', () => {
    const names = { ...CLAIMS, tenant: 'https://example.com/tenant' };
    const token = tokenOf({
      'https://example.com/tenant': 'räksmörgås',
      org_id: ['north', 'south'],
      roles: 'admin clerk',
      sub: 'ada',
      scope: 'bank',
      scp: ['events:read'],
      exp: 100,
    });
    expect(identityOf(token, names)).toEqual({
      tenant: 'räksmörgås',
      organizations: ['north', 'south'],
      roles: ['admin', 'clerk'],
      user: 'ada',
      scopes: ['bank', 'events:read'],
      expiresAt: 100_000,
    });
  });

  it.each(['', 'no token', 'a.b.c', tokenOf([] as never)])('of what is no token, %j, has no claims', (text) => {
    expect(identityOf(text, CLAIMS)).toEqual({
      tenant: undefined,
      organizations: [],
      roles: [],
      user: undefined,
      scopes: [],
      expiresAt: undefined,
    });
  });
});

describe('a session', () => {
  const begin = async (tokens: (string | Error)[]) => {
    const asked: boolean[] = [];
    const session = await Session.begin(CONFIGURATION, async (isNew) => {
      asked.push(isNew);
      const next = tokens.shift();
      if (next === undefined) throw new Error('There are no more tokens');
      if (next instanceof Error) throw next;
      return next;
    });
    return { session, asked };
  };

  it('gives the token that it has, for as long as it is good', async () => {
    const token = tokenOf({ sub: 'ada', exp: inSeconds(60) });
    const { session, asked } = await begin([token]);
    expect([await session.token(), await session.token('connect')]).toEqual([token, token]);
    expect(asked).toEqual([false]);
  });

  it('asks for another before the last one ends, and when the hub has refused it', async () => {
    const [first, second, third] = [5, 60, 61].map((seconds) => tokenOf({ sub: 'ada', exp: inSeconds(seconds) }));
    const { session, asked } = await begin([first ?? '', second ?? '', third ?? '']);
    expect(await session.token()).toBe(second);
    expect(await session.token('refused')).toBe(third);
    expect(asked).toEqual([false, true, true]);
  });

  it('asks once for all who wait: a refresh token may be good for one use only', async () => {
    const second = tokenOf({ sub: 'ada', exp: inSeconds(60) });
    const { session, asked } = await begin([tokenOf({ sub: 'ada', exp: inSeconds(1) }), second]);
    expect(await Promise.all([session.token(), session.token('renew'), session.token('refused')])).toEqual([
      second,
      second,
      second,
    ]);
    expect(asked).toHaveLength(2);
  });

  it('tells who somebody is now, when a new token says otherwise', async () => {
    const { session } = await begin([tokenOf({ sub: 'ada', roles: 'clerk' }), tokenOf({ sub: 'ada', roles: 'admin' })]);
    const roles: (readonly string[])[] = [];
    session.subscribe(() => roles.push(session.identity.roles));
    await session.token('renew');
    expect(roles).toEqual([['admin']]);
  });

  it('has expired when nobody is signed in any more, and not when the network is down', async () => {
    const { session } = await begin([
      tokenOf({ sub: 'ada' }),
      new TypeError('Failed to fetch'),
      new SignedOut('over'),
      tokenOf({ sub: 'ada' }),
    ]);
    await expect(session.token('renew')).rejects.toThrow('Failed to fetch');
    expect(session.state).toBe('active');
    await expect(session.token('renew')).rejects.toThrow(SignedOut);
    expect(session.state).toBe('expired');
    await session.token('renew');
    expect(session.state).toBe('active');
  });
});
