import { LIMITS } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { bankEvent, bankEvents, communityEvent } from '../../test/new-events.ts';
import { accept, answer, problemAnswer, type Reaction, ScriptedHub } from '../../test/scripted-hub.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { type ApiClientOptions, TidingsApiClient } from './api-client.ts';
import type { PublishError } from './publish-error.ts';
import { type PublishResult, requireAccepted } from './publisher.ts';

const TOKEN = 'secret-token-of-the-test';

function setUp(script: readonly Reaction[] = [], options: Partial<ApiClientOptions> = {}) {
  const time = new VirtualTime();
  const hub = new ScriptedHub(script, () => time.elapsed);
  const all = {
    apiUrl: 'https://hub.example/v1/',
    token: () => TOKEN,
    fetch: hub.fetch,
    surroundings: time,
    ...options,
  };
  return { time, hub, client: new TidingsApiClient(all as ApiClientOptions) };
}

const thrown = async (promise: Promise<unknown>): Promise<PublishError> => {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error as PublishError,
  );
  if (outcome === undefined) throw new Error('Expected a throw, found none');
  return outcome;
};

const down: Reaction = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
};
const busy: Reaction = () => problemAnswer(503, 'BUS_UNAVAILABLE');
const ids = (events: readonly { readonly id?: string }[]) => events.map(({ id }) => id);

describe('one event', () => {
  it('is sent in structured mode, and confirmed', async () => {
    const { client, hub, time } = setUp();
    const published = await time.run(client.publish(bankEvent({ id: 'e1' })));
    expect(published).toEqual({ id: 'e1', type: 'bank.test:created@v1' });
    const [request] = hub.requests;
    expect(request?.url).toBe('https://hub.example/v1/events');
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/cloudevents+json',
    });
    expect(time.pending).toBe(0);
  });

  it('is refused as a typed error that says what to do', async () => {
    const errors = [{ path: '/data/age', message: 'expected number' }];
    const { client, time } = setUp([
      (request) => accept(request, { 0: { status: 422, code: 'EVENT_DATA_INVALID', errors } }),
    ]);
    const error = await thrown(time.run(client.publish(bankEvent({ id: 'e1' }))));
    expect(error).toMatchObject({
      name: 'PublishError',
      code: 'EVENT_DATA_INVALID',
      status: 422,
      errors,
      id: 'e1',
      outcome: 'not-accepted',
      retryable: false,
      advice: expect.stringContaining('Mend'),
      message: expect.stringContaining('EVENT_DATA_INVALID'),
    });
  });

  it('is never sent again after a refusal', async () => {
    for (const status of [400, 403, 404, 409, 413, 415, 422]) {
      const { client, hub, time } = setUp([() => answer(status, { message: 'No' })]);
      const error = await thrown(time.run(client.publish(bankEvent())));
      expect(error).toMatchObject({ code: 'REQUEST_REFUSED', status, outcome: 'not-accepted' });
      expect(hub.requests, String(status)).toHaveLength(1);
    }
  });

  it('is not followed elsewhere: a redirection would take the token along', async () => {
    const { client, hub, time } = setUp([() => answer(307, '', { location: 'https://other.example' })]);
    expect(await thrown(time.run(client.publish(bankEvent())))).toMatchObject({ code: 'REQUEST_REFUSED', status: 307 });
    expect(hub.requests).toHaveLength(1);
  });

  it.each<[string, Reaction]>([
    ['the network fails', down],
    ['the hub is overloaded', () => problemAnswer(429, 'RATE_LIMITED')],
    ['API Gateway throttles', () => answer(429, '{"message":"Too Many Requests"}')],
    ['the bus is away', busy],
    ['a gateway fails', () => answer(502, '<html>Bad Gateway</html>')],
    ['the answer is none of a hub', () => answer(202, 'ok')],
    ['the answer is about another event', () => answer(202, { accepted: [{ id: 'x', type: 'y' }], rejected: [] })],
    ['no answer comes', () => 'never'],
  ])('is sent again under the same id when %s', async (_, reaction) => {
    const { client, hub, time } = setUp([reaction, reaction]);
    const { id } = await time.run(client.publish(bankEvent()));
    expect(hub.ids).toEqual([[id], [id], [id]]);
    expect(new Set(hub.requests.map(({ body }) => body)).size).toBe(1);
    expect(time.pending).toBe(0);
  });

  it('waits longer each time, by chance up to a limit', async () => {
    const { client, hub, time } = setUp([down, down, down, down]);
    await time.run(client.publish(bankEvent()));
    // Half of 200, 400, 800 and 1600: chance is a half here.
    expect(hub.requests.map(({ at }) => at)).toEqual([0, 100, 300, 700, 1500]);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', new Date(1_700_000_000_000 + 9000).toUTCString(), 9000],
    ['nonsense', 'soon', 100],
  ])('waits as long as the hub asks for in %s', async (_, value, expected) => {
    const { client, hub, time } = setUp([() => problemAnswer(503, 'BUS_UNAVAILABLE', { 'retry-after': value })]);
    await time.run(client.publish(bankEvent()));
    expect(hub.requests.map(({ at }) => at)).toEqual([0, expected]);
  });

  it('gives up at once if the hub asks for more time than there is', async () => {
    const { client, hub, time } = setUp([() => problemAnswer(429, 'RATE_LIMITED', { 'retry-after': '3600' })]);
    const error = await thrown(time.run(client.publish(bankEvent())));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true, outcome: 'not-accepted' });
    expect(hub.requests).toHaveLength(1);
    expect(time.elapsed).toBe(0);
  });

  it('gives up after its tries, and says that it may have been accepted', async () => {
    const { client, hub, time } = setUp(Array(9).fill(down));
    const error = await thrown(time.run(client.publish(bankEvent({ id: 'e1' }))));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', outcome: 'unknown', retryable: true, id: 'e1' });
    expect(error.detail).toContain('ECONNREFUSED');
    expect(error.advice).toContain('under the same id');
    expect(hub.requests).toHaveLength(5);
  });

  it('may have been accepted if an earlier answer was lost, whatever the last one says', async () => {
    const { client, time } = setUp([down, () => problemAnswer(403, 'SCOPE_MISSING')]);
    expect(await thrown(time.run(client.publish(bankEvent())))).toMatchObject({
      code: 'SCOPE_MISSING',
      outcome: 'unknown',
    });
  });

  it('ends with the time for the call', async () => {
    const { client, time } = setUp([() => 'never', () => 'never'], { timing: { budget: 45_000 } });
    const error = await thrown(time.run(client.publish(bankEvent())));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', outcome: 'unknown' });
    expect(time.elapsed).toBe(45_000);
    expect(time.pending).toBe(0);
  });

  it('says that time was over if there was no answer at all', async () => {
    const { client, time } = setUp([() => 'never'], { timing: { budget: 1000 } });
    expect(await thrown(time.run(client.publish(bankEvent())))).toMatchObject({
      code: 'TIMED_OUT',
      outcome: 'unknown',
    });
  });

  it.each([undefined, null, 'event', 7])('is no %j', async (given) => {
    const { client, hub, time } = setUp();
    const error = await thrown(time.run(client.publish(given as never)));
    expect(error.code).toBe('EVENT_MALFORMED');
    expect(hub.requests).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a large integer written as a float', { ...bankEvent().data, age: 1n }, 'EVENT_MALFORMED'],
    ['a key that is refused', JSON.parse('{"a":{"__proto__":1}}'), 'JSON_KEY_REFUSED'],
    ['a function', () => 1, 'EVENT_MALFORMED'],
    ['a character that no queue takes', { ...bankEvent().data, firstName: 'x\uFFFF' }, 'EVENT_MALFORMED'],
    ['a depth beyond measure', JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`), 'JSON_TOO_DEEP'],
  ])('is refused here with %s in its data', async (_, data, code) => {
    const { client, hub, time } = setUp();
    expect(await thrown(time.run(client.publish({ ...bankEvent(), data } as never)))).toMatchObject({ code });
    expect(hub.requests).toEqual([]);
  });

  it('is refused here if it is in a circle', async () => {
    const { client, time } = setUp();
    const data: Record<string, unknown> = {};
    data['self'] = data;
    const error = await thrown(time.run(client.publish({ ...bankEvent(), data } as never)));
    expect(error).toMatchObject({
      code: 'EVENT_MALFORMED',
      errors: [{ path: '/data', message: expect.stringContaining('JSON') }],
    });
  });

  it('is refused here if it is too large, with both sizes', async () => {
    const { client, hub, time } = setUp();
    const data = { ...bankEvent().data, lastName: 'Å'.repeat(LIMITS.eventBytes / 2) };
    const error = await thrown(time.run(client.publish(bankEvent({ data }))));
    expect(error).toMatchObject({ code: 'EVENT_TOO_LARGE', advice: expect.stringContaining('reference') });
    expect(error.detail).toMatch(/at most 245760 bytes as JSON, found 24\d{4}/);
    expect(hub.requests).toEqual([]);
  });
});

describe('a list of events', () => {
  it('is nothing to do if it is empty', async () => {
    const { client, hub, time } = setUp();
    expect(await time.run(client.publish([]))).toEqual({ accepted: [], rejected: [] });
    expect(hub.requests).toEqual([]);
  });

  it('goes in batches of as many as the hub takes, in order', async () => {
    const { client, hub, time } = setUp();
    const { accepted, rejected } = await time.run(client.publish(bankEvents(250)));
    expect(hub.requests.map(({ events }) => events.length)).toEqual([100, 100, 50]);
    expect(hub.requests[0]?.headers['content-type']).toBe('application/cloudevents-batch+json');
    expect(ids(accepted)).toEqual(hub.ids.flat());
    expect(accepted.map(({ index }) => index)).toEqual(Array.from({ length: 250 }, (_, index) => index));
    expect(rejected).toEqual([]);
  });

  it('is split by bytes, too', async () => {
    const { client, hub, time } = setUp();
    const large = { ...bankEvent().data, lastName: 'x'.repeat(200_000) };
    await time.run(client.publish(Array.from({ length: 45 }, () => bankEvent({ data: large }))));
    expect(hub.requests.map(({ events }) => events.length)).toEqual([20, 20, 5]);
    for (const { body } of hub.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMITS.batchBytes);
  });

  it('is told of event by event, by its position: what is refused here, what there, and what is accepted', async () => {
    const { client, time } = setUp([(request) => accept(request, { 1: { status: 403, code: 'TENANT_MISMATCH' } })]);
    const wrong = { ...bankEvent({ id: 'b' }), type: 'bank.nothing:done@v1' } as never;
    const result = await time.run(
      client.publish([bankEvent({ id: 'a' }), wrong, bankEvent({ id: 'c' }), null as never]),
    );
    expect(result.accepted).toEqual([{ index: 0, id: 'a', type: 'bank.test:created@v1' }]);
    expect(result.rejected).toMatchObject([
      { index: 1, id: 'b', code: 'EVENT_TYPE_UNKNOWN' },
      { index: 2, id: 'c', code: 'TENANT_MISMATCH', status: 403, advice: expect.stringContaining('tenant') },
      { index: 3, code: 'EVENT_MALFORMED' },
    ]);
    expect(() => requireAccepted(result)).toThrow(/3 of 4 events are not accepted; the first is event 1/);
  });

  it('has only those sent again that failed for the moment', async () => {
    const busyAt =
      (...indices: number[]): Reaction =>
      (request) =>
        accept(request, Object.fromEntries(indices.map((index) => [index, { status: 503, code: 'BUS_UNAVAILABLE' }])));
    const { client, hub, time } = setUp([busyAt(1, 3), busyAt(0)]);
    const { accepted, rejected } = await time.run(client.publish(bankEvents(5)));
    expect(hub.ids).toEqual([['0', '1', '2', '3', '4'], ['1', '3'], ['1']]);
    expect(ids(accepted)).toEqual(['0', '1', '2', '3', '4']);
    expect(rejected).toEqual([]);
  });

  it('goes on with what failed before what follows', async () => {
    const { client, hub, time } = setUp([
      (request) => accept(request, { 5: { status: 503, code: 'BUS_UNAVAILABLE' } }),
    ]);
    const { accepted } = await time.run(client.publish(bankEvents(250)));
    expect(hub.ids.map((sent) => [sent[0], sent.at(-1)])).toEqual([
      ['0', '99'],
      ['5', '198'],
      ['199', '249'],
    ]);
    expect(accepted).toHaveLength(250);
  });

  it('tells which events were not tried again in vain', async () => {
    const { client, hub, time } = setUp(
      Array(9).fill(((request) => accept(request, { 0: { status: 503, code: 'BUS_UNAVAILABLE' } })) as Reaction),
    );
    const { accepted, rejected } = await time.run(client.publish(bankEvents(2)));
    expect(ids(accepted)).toEqual(['1']);
    expect(rejected).toMatchObject([{ id: '0', code: 'BUS_UNAVAILABLE', retryable: true, outcome: 'unknown' }]);
    expect(hub.requests).toHaveLength(5);
  });

  it('has its events sent one by one if the hub refuses them together and says not whose fault it is', async () => {
    const strange: Reaction = (request) =>
      request.body.includes('"id":"1"') ? problemAnswer(400, 'JSON_TOO_DEEP') : accept(request);
    const { client, time } = setUp(Array(9).fill(strange));
    const { accepted, rejected } = await time.run(client.publish(bankEvents(4)));
    expect(ids(accepted)).toEqual(['0', '2', '3']);
    expect(rejected).toMatchObject([{ id: '1', code: 'JSON_TOO_DEEP', outcome: 'not-accepted' }]);
  });

  it('is given up as a whole when the hub cannot be reached, and what was never sent is known not to be there', async () => {
    const { client, hub, time } = setUp([accept, ...Array(9).fill(down)]);
    const { accepted, rejected } = await time.run(client.publish(bankEvents(250)));
    expect(accepted).toHaveLength(100);
    expect(rejected.slice(0, 100).every(({ outcome }) => outcome === 'unknown')).toBe(true);
    expect(rejected.slice(100).every(({ outcome }) => outcome === 'not-accepted')).toBe(true);
    expect(new Set(rejected.map(({ code }) => code))).toEqual(new Set(['NETWORK_FAILED']));
    expect(hub.requests).toHaveLength(6);
  });

  it('can be ended by its caller, and says what is known by then', async () => {
    const controller = new AbortController();
    const { client, hub, time } = setUp([
      accept,
      () => {
        queueMicrotask(() => controller.abort());
        return 'never';
      },
    ]);
    const { signal } = controller;
    const { accepted, rejected } = await time.run(client.publish(bankEvents(250), { signal }));
    expect(accepted).toHaveLength(100);
    expect(rejected.map(({ code }) => code)).toEqual(Array(150).fill('ABORTED'));
    expect(rejected.map(({ outcome }) => outcome)).toEqual([
      ...Array(100).fill('unknown'),
      ...Array(50).fill('not-accepted'),
    ]);
    expect(hub.requests).toHaveLength(2);
    expect(time.pending).toBe(0);
    const late: PublishResult = await time.run(client.publish(bankEvents(1), { signal }));
    expect(late.rejected).toMatchObject([{ code: 'ABORTED', outcome: 'not-accepted' }]);
  });

  it('can be ended while it waits for another try', async () => {
    const controller = new AbortController();
    const { client, hub, time } = setUp([down]);
    time.schedule(50, () => controller.abort());
    const error = await thrown(time.run(client.publish(bankEvent(), { signal: controller.signal })));
    expect(error).toMatchObject({ code: 'ABORTED', outcome: 'unknown' });
    expect(hub.requests).toHaveLength(1);
    expect(time.pending).toBe(0);
  });
});

describe('the token', () => {
  it('is asked for the modules of the events', async () => {
    const asked: unknown[] = [];
    const token: ApiClientOptions['token'] = (...wanted) => {
      asked.push(wanted);
      return Promise.resolve(TOKEN);
    };
    const { client, time } = setUp([], { token });
    await time.run(client.publish([bankEvent(), communityEvent('1'), bankEvent()]));
    expect(asked).toEqual([[['bank', 'community'], 'request']]);
  });

  it('is dropped when the hub refuses it, and another one tried once', async () => {
    const tokens = ['old', 'new'];
    const reasons: string[] = [];
    const token: ApiClientOptions['token'] = (_, reason) => {
      reasons.push(reason);
      return tokens.shift() ?? 'none';
    };
    const { client, hub, time } = setUp([() => problemAnswer(401, 'TOKEN_EXPIRED')], { token });
    await time.run(client.publish(bankEvent()));
    expect(hub.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer old', 'Bearer new']);
    expect(reasons).toEqual(['request', 'refused']);
  });

  it('is given up when the hub refuses two, for all events', async () => {
    const refuse: Reaction = () => problemAnswer(401, 'TOKEN_ISSUER_UNKNOWN');
    const { client, hub, time } = setUp(Array(9).fill(refuse));
    const { rejected } = await time.run(client.publish(bankEvents(150)));
    expect(rejected).toHaveLength(150);
    expect(rejected[149]).toMatchObject({ code: 'TOKEN_ISSUER_UNKNOWN', status: 401, outcome: 'not-accepted' });
    expect(rejected[149]?.advice).toContain('issuer');
    expect(hub.requests).toHaveLength(2);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('nobody is logged in');
      },
      'nobody is logged in',
    ],
    ['gives none', () => undefined, 'undefined'],
    ['gives one that cannot stand in a header', () => `${TOKEN}\n`, 'printable ASCII'],
    ['never answers', () => new Promise(() => {}), 'No token came within'],
  ])('fails the call if its function %s', async (_, token, says) => {
    const { client, hub, time } = setUp([], { token: token as never });
    const error = await thrown(time.run(client.publish(bankEvent())));
    expect(error).toMatchObject({ code: 'TOKEN_FAILED', outcome: expect.any(String) });
    expect(error.detail).toContain(says);
    expect(hub.requests).toEqual([]);
    expect(JSON.stringify(error) + String(error.stack)).not.toContain(TOKEN);
  });

  it('shows in no error, even if the network library quotes it', async () => {
    const quote: Reaction = ({ headers }) => {
      throw Object.assign(new Error(`cannot send ${headers['authorization']}`), { config: { headers } });
    };
    const { client, time } = setUp(Array(9).fill(quote));
    const error = await thrown(time.run(client.publish(bankEvent())));
    expect(error.code).toBe('NETWORK_FAILED');
    expect(JSON.stringify(error) + String(error.stack) + JSON.stringify(error.cause ?? null)).not.toContain(TOKEN);
  });
});

describe('a client', () => {
  const options = {
    apiUrl: 'https://hub.example',
    credentials: { issuer: 'https://id.example', clientId: 'a', clientSecret: 'b' },
  };
  const refusal = (changed: object): PublishError => {
    try {
      new TidingsApiClient({ ...options, ...changed } as ApiClientOptions);
    } catch (error) {
      return error as PublishError;
    }
    throw new Error('Expected a refusal');
  };

  it.each<[string, object, string]>([
    ['no credentials', { credentials: undefined }, 'CREDENTIALS_MISSING'],
    [
      'an empty secret, as of a variable that is not set',
      { credentials: { ...options.credentials, clientSecret: '' } },
      'CREDENTIALS_MISSING',
    ],
    ['no client id', { credentials: { ...options.credentials, clientId: undefined } }, 'CREDENTIALS_MISSING'],
    ['neither issuer nor token endpoint', { credentials: { clientId: 'a', clientSecret: 'b' } }, 'CREDENTIALS_MISSING'],
    [
      'an issuer without TLS',
      { credentials: { ...options.credentials, issuer: 'http://id.example' } },
      'OPTIONS_INVALID',
    ],
    ['an API without TLS', { apiUrl: 'http://hub.example' }, 'OPTIONS_INVALID'],
    ['an API that is no URL', { apiUrl: 'hub' }, 'OPTIONS_INVALID'],
    ['no API', { apiUrl: undefined }, 'OPTIONS_INVALID'],
    ['an API with a query', { apiUrl: 'https://hub.example?a=b' }, 'OPTIONS_INVALID'],
    ['an API with a password', { apiUrl: 'https://me:secret@hub.example' }, 'OPTIONS_INVALID'],
    ['timing that is none', { timing: { attempts: 0 } }, 'OPTIONS_INVALID'],
    ['a fetch that is none', { fetch: 'fetch' }, 'OPTIONS_INVALID'],
  ])('is refused with %s', (_, changed, code) => {
    const error = refusal(changed);
    expect(error).toMatchObject({ name: 'PublishError', code });
    expect(error.advice).not.toBe('');
    expect(error.message).not.toContain('secret@');
  });

  it('may speak with this machine without TLS', () => {
    for (const apiUrl of ['http://localhost:3000', 'http://127.0.0.1:1', 'http://[::1]:2/base', 'http://hub.localhost'])
      expect(() => new TidingsApiClient({ ...options, apiUrl })).not.toThrow();
  });
});
