import { describe, expect, it } from 'vitest';
import { createTokenEndpoint } from './token-endpoint.ts';

const ISSUER = 'https://login.example.com/';
const ENDPOINT = 'https://login.example.com/oauth2/token';

/** An issuer that answers by path, and writes down what it was asked. */
function issuer(answers: Readonly<Record<string, () => Response>>) {
  const asked: string[] = [];
  let now = 0;
  const get = createTokenEndpoint({
    issuer: ISSUER,
    surroundings: { now: () => new Date(now) },
    fetch: async (input) => {
      const { pathname } = new URL(String(input));
      asked.push(pathname);
      return (answers[pathname] ?? (() => new Response('', { status: 404 })))();
    },
  });
  return { get, asked, wait: (milliseconds: number) => (now += milliseconds) };
}

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

describe('the token endpoint of an issuer', () => {
  it('is what its metadata says, asked for once', async () => {
    const { get, asked } = issuer({ [OPENID]: () => Response.json({ token_endpoint: ENDPOINT }) });
    expect(await Promise.all([get(), get()])).toEqual([ENDPOINT, ENDPOINT]);
    expect(await get()).toBe(ENDPOINT);
    expect(asked).toEqual([OPENID]);
  });

  it('is found where the issuer knows OAuth only', async () => {
    const { get, asked } = issuer({ [OAUTH]: () => Response.json({ token_endpoint: ENDPOINT }) });
    expect(await get()).toBe(ENDPOINT);
    expect(asked).toEqual([OPENID, OAUTH]);
  });

  it.each([
    ['answers no JSON', () => new Response('<html>')],
    ['names no endpoint', () => Response.json({})],
    ['names something else', () => Response.json({ token_endpoint: 7 })],
    ['names no URL', () => Response.json({ token_endpoint: 'somewhere' })],
    ['answers null', () => Response.json(null)],
    [
      'cannot be reached',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('is unknown where it %s, and asked for again after a minute', async (_, answer) => {
    const { get, asked, wait } = issuer({ [OPENID]: answer, [OAUTH]: answer });
    expect(await get()).toBeUndefined();
    wait(59_999);
    expect(await get()).toBeUndefined();
    expect(asked).toHaveLength(2);
    wait(1);
    expect(await get()).toBeUndefined();
    expect(asked).toHaveLength(4);
  });
});
