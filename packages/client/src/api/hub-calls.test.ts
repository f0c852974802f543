import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { type ApiReaction, ScriptedApi, thrownBy } from '../../test/scripted-api.ts';
import { answer, problemAnswer } from '../../test/scripted-hub.ts';
import { HubCalls } from './hub-calls.ts';
import { type HubError, isHubError } from './hub-error.ts';
import type { CallOptions, HubClientOptions } from './options.ts';

const SECRET = 'secret-token-of-the-test';
const GET = { method: 'GET', path: '/things' };
const POST = { method: 'POST', path: '/things', body: { a: 1 }, isRepeatable: false };

const fine: ApiReaction = () => answer(200, { ok: true });
const busy: ApiReaction = () => problemAnswer(503, 'BUS_UNAVAILABLE');
const refused: ApiReaction = () => problemAnswer(401, 'TOKEN_EXPIRED');
const down: ApiReaction = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
};

function setUp(script: readonly ApiReaction[], rest: Partial<HubClientOptions> = {}) {
  const api = new ScriptedApi(...script);
  const hub = new HubCalls(api.options(rest));
  const call = (what: Parameters<HubCalls['call']>[0], options?: CallOptions) => api.time.run(hub.call(what, options));
  return { api, hub, call };
}

const errorOf = async (promise: Promise<unknown>): Promise<HubError> => {
  const error = await thrownBy(promise);
  if (!isHubError(error)) throw error;
  return error;
};

describe('asking a hub', () => {
  it('sends the token as a header, follows no redirection, and gives the JSON of the answer', async () => {
    const { api, call } = setUp([fine]);
    expect(await call(POST)).toEqual({ ok: true });
    expect(api.requests).toEqual([
      { method: 'POST', path: '/things', token: 'token-connect', body: { a: 1 }, redirect: 'error', at: 0 },
    ]);
    expect(api.time.pending).toBe(0);
  });

  it('gives nothing for an answer without content', async () => {
    expect(await setUp([() => answer(204, '')]).call(GET)).toBeUndefined();
  });

  it('asks for one token for all who wait for it, and keeps it', async () => {
    const token = vi.fn(async () => 'kept');
    const { api, hub } = setUp([fine], { token });
    await api.time.run(Promise.all([hub.call(GET), hub.call(GET)]));
    await api.time.run(hub.call(GET));
    expect(token.mock.calls).toEqual([['connect']]);
    expect(api.requests.map((request) => request.token)).toEqual(['kept', 'kept', 'kept']);
  });

  it('asks for another token, once, when the hub does not take the last, also of what may not be repeated', async () => {
    const { api, call } = setUp([refused, fine]);
    expect(await call(POST)).toEqual({ ok: true });
    expect(api.requests.map((request) => request.token)).toEqual(['token-connect', 'token-refused']);
    const never = setUp([refused]);
    expect(await errorOf(never.call(GET))).toMatchObject({ code: 'TOKEN_EXPIRED', status: 401, retryable: false });
    expect(never.api.requests).toHaveLength(2);
  });

  it('asks for another token before the last one ends', async () => {
    const { api, call } = setUp([fine], {
      token: (reason) => {
        const exp = Math.floor(api.time.now() / 1000) + (reason === 'connect' ? 60 : 600);
        return `${reason}.${btoa(JSON.stringify({ exp }))}.x`;
      },
    });
    await call(GET);
    await call(GET);
    api.time.skip(55_000);
    await call(GET);
    expect(api.requests.map((request) => request.token.split('.')[0])).toEqual(['connect', 'connect', 'renew']);
  });

  it.each([
    ['a hub that is busy', busy],
    ['a network that fails', down],
    ['an answer that is cut off', () => answer(200, '{"ok":')],
    ['an answer that never comes', () => 'never' as const],
  ] satisfies [string, ApiReaction][])('tries again after %s, with growing waits', async (_what, reaction) => {
    const { api, call } = setUp([reaction, reaction, fine], { timing: { request: 1000 } });
    expect(await call(GET)).toEqual({ ok: true });
    expect(api.requests).toHaveLength(3);
    const [first = 0, second = 0, third = 0] = api.requests.map(({ at }) => at);
    expect(third - second).toBeGreaterThan(second - first);
    expect(api.time.pending).toBe(0);
  });

  it('waits as long as the hub asks, but not longer than the call may take', async () => {
    const limited = (seconds: string) => () => problemAnswer(429, 'RATE_LIMITED', { 'retry-after': seconds });
    const { api, call } = setUp([limited('10'), fine]);
    await call(POST);
    expect(api.requests[1]?.at).toBeGreaterThanOrEqual(10_000);
    const later = setUp([limited('100')]);
    expect(await errorOf(later.call(GET))).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 100_000 });
    expect(later.api.requests).toHaveLength(1);
  });

  it.each([
    ['the hub failed', busy, 'BUS_UNAVAILABLE'],
    ['the network failed', down, 'NETWORK_FAILED'],
  ] satisfies [string, ApiReaction, string][])(
    'does not repeat what may have been done when %s',
    async (_w, how, code) => {
      const { api, call } = setUp([how]);
      expect(await errorOf(call(POST))).toMatchObject({ code, retryable: true });
      expect(api.requests).toHaveLength(1);
    },
  );

  it('gives up after some tries, with the last reason', async () => {
    const { api, call } = setUp([busy]);
    expect(await errorOf(call(GET))).toMatchObject({ code: 'BUS_UNAVAILABLE', status: 503, retryable: true });
    expect(api.requests).toHaveLength(5);
    expect(api.time.elapsed).toBeLessThan(45_000);
  });

  it('takes a code of a repeated call for a sign that the first did its work, and of the first for what it says', async () => {
    const gone = () => problemAnswer(404, 'SUBSCRIPTION_NOT_FOUND');
    const deletion = { method: 'DELETE', path: '/things', doneBy: 'SUBSCRIPTION_NOT_FOUND' } as const;
    expect(await setUp([down, gone]).call(deletion)).toBeUndefined();
    expect(await errorOf(setUp([gone]).call(deletion))).toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    // A new token is no repetition: what was refused was not done.
    expect(await errorOf(setUp([refused, gone]).call(deletion))).toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
  });

  it('tells what the hub says, with each thing that was wrong', async () => {
    const errors = [{ path: '/limit', message: 'expected one whole number' }];
    const problem = { status: 400, code: 'QUERY_INVALID', detail: 'The query cannot be used', errors };
    const error = await errorOf(setUp([() => answer(400, problem)]).call(GET));
    expect(error).toMatchObject({ ...problem, retryable: false, problem });
    expect(error.message).toBe('The hub answers 400 QUERY_INVALID: The query cannot be used');
  });

  it.each([
    [403, '<html>a proxy</html>', 'REQUEST_REFUSED'],
    [429, '', 'RATE_LIMITED'],
    [502, '{"message":"Internal server error"}', 'HUB_UNAVAILABLE'],
  ])('names an answer %i that is not the hub’s by a code of its own', async (status, text, code) => {
    const { call } = setUp([() => answer(status, text)], { timing: { attempts: 1 } });
    expect(await errorOf(call(GET))).toMatchObject({ code, status, problem: undefined });
  });

  it.each([
    ['before it begins', 0, 0],
    ['while it waits for an answer', 500, 1],
    ['while it waits to try again', 1050, 1],
  ])('ends when the caller ends it %s', async (_when, after, requests) => {
    const { api, call } = setUp([() => 'never'], { timing: { request: 1000 } });
    const controller = new AbortController();
    if (after === 0) controller.abort();
    else api.time.schedule(after, () => controller.abort());
    expect(await errorOf(call(GET, { signal: controller.signal }))).toMatchObject({ code: 'ABORTED' });
    expect(api.requests).toHaveLength(requests);
    expect(api.time.pending).toBe(0);
  });

  it('does not wait for ever for a token, and asks anew for it', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return asked === 1 ? new Promise<string>(() => undefined) : 'second';
    };
    const { api, call } = setUp([fine], { token, timing: { request: 1000 } });
    expect(await call(POST)).toEqual({ ok: true });
    expect(api.requests.map((request) => request.token)).toEqual(['second']);
  });

  it('says that a token function failed, and why, without trying it again', async () => {
    const cause = new Error('signed out');
    const token = vi.fn(() => Promise.reject(cause));
    const error = await errorOf(setUp([fine], { token }).call(GET));
    expect(error).toMatchObject({ code: 'TOKEN_FAILED', status: undefined, cause });
    expect(token).toHaveBeenCalledTimes(1);
  });

  it('lets no token into an error', async () => {
    const leaky: ApiReaction = ({ token }) => {
      throw Object.assign(new Error(`GET with Bearer ${token} failed`), { request: { token } });
    };
    const timing = { attempts: 1 };
    const texts = await Promise.all([
      errorOf(setUp([leaky], { token: () => SECRET, timing }).call(GET)),
      errorOf(setUp([fine], { token: () => `${SECRET}\n`, timing }).call(GET)),
    ]);
    expect(texts.map(({ code }) => code)).toEqual(['NETWORK_FAILED', 'TOKEN_FAILED']);
    for (const error of texts) expect(inspect(error)).not.toContain(SECRET);
  });

  it('calls the system’s fetch as a browser demands it', async () => {
    vi.stubGlobal('fetch', function (this: unknown) {
      if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation');
      return Promise.resolve(answer(200, { ok: true }));
    });
    try {
      const { fetch: _, ...options } = new ScriptedApi().options();
      expect(await new HubCalls(options).call(GET)).toEqual({ ok: true });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.each([
    ['http elsewhere', { apiUrl: 'http://hub.example' }],
    ['no URL', { apiUrl: 'hub.example' }],
    ['a token in place of a function', { token: SECRET }],
    ['a fetch that is none', { fetch: 'fetch' }],
  ])('refuses %s at once', (_what, wrong) => {
    const options = { ...new ScriptedApi().options(), ...wrong } as unknown as HubClientOptions;
    expect(() => new HubCalls(options)).toThrow(TypeError);
    expect(() => new HubCalls(options)).not.toThrow(SECRET);
  });
});
