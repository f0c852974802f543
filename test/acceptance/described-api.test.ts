import { beforeAll, describe, expect, it } from 'vitest';
import { has, needs } from './capabilities.ts';
import { DescribedApi } from './described-api.ts';
import { eventOfSize, everyExample, newEvent, newTenant, type SentEvent } from './events.ts';
import {
  type Answer,
  BATCHED,
  eventPath,
  postBatch,
  postStructured,
  publish,
  request,
  STRUCTURED,
  tokenFor,
  waitForHead,
} from './hub.ts';
import { ALL_SCOPES, subscriptionPath } from './subscription-routes.ts';

let api: DescribedApi;
beforeAll(async () => {
  api = await DescribedApi.read();
});

const JSON_TYPE = 'application/json';
const PULL = 'GET /subscriptions/{name}/events';
const ACK = 'POST /subscriptions/{name}/ack';
const ONE = '/subscriptions/{name}';

/** Sends a request, and makes sure that the answer is described and has the status. */
async function exchange(
  route: string,
  status: number,
  {
    path,
    token,
    body,
    contentType = JSON_TYPE,
  }: { path?: string; token?: string; body?: unknown; contentType?: string },
): Promise<Answer> {
  const [method = '', template = ''] = route.split(' ');
  const answer = await request(method, path ?? template, {
    ...(token !== undefined && { token }),
    ...(body !== undefined && {
      headers: { 'content-type': contentType },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  expect(answer.status, `${route}: ${answer.text}`).toBe(status);
  api.expectDescribed(route, answer);
  if (status < 300 && body !== undefined) {
    expect(api.requestProblem(route, contentType, body), `${route}: the body is described`).toBeUndefined();
  }
  return answer;
}

/** A token with one of the scopes that a route is described with, and no other. */
const tokenOf = (tenant: string, route: string): Promise<string> =>
  tokenFor({ tenant, scope: api.scopesOf(route)[0] ?? '' });

/** A tenant with some events and a subscription. */
async function tenantWithSubscription(): Promise<{ tenant: string; events: readonly SentEvent[] }> {
  const tenant = newTenant('described');
  const events = everyExample(tenant);
  await publish(events);
  await waitForHead(tenant, events.length);
  const body = { name: 'export', filter: { types: ['*'] }, cursor: { sequence: 0 } };
  await exchange('POST /subscriptions', 201, { token: await tokenOf(tenant, 'POST /subscriptions'), body });
  return { tenant, events };
}

describe('what the hub answers is described in openapi.json', () => {
  it('where events are published', async () => {
    const tenant = newTenant('described');
    const route = 'POST /events';
    expect([...api.scopesOf(route)].sort()).toEqual(['bank', 'community']);
    const token = await tokenOf(tenant, route);
    const [event, other] = [newEvent(tenant), newEvent(tenant, { anextension: 7, another: true })];
    await exchange(route, 202, { token, body: event, contentType: STRUCTURED });
    await exchange(route, 202, { token, body: [event, other], contentType: BATCHED });
    const { data, ...attributes } = event;
    const binary = await request('POST', '/events', {
      token,
      headers: {
        'content-type': JSON_TYPE,
        ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)])),
      },
      body: JSON.stringify(data),
    });
    expect(binary.status, binary.text).toBe(202);
    api.expectDescribed(route, binary);
    expect(api.requestProblem(route, JSON_TYPE, data)).toBeUndefined();
    const foreign = newEvent(tenant, { type: 'community.member:left@v1' });
    const partly = await postBatch([event, newEvent(tenant, { data: {} }), 7, foreign], token);
    expect(partly.status, partly.text).toBe(202);
    api.expectDescribed(route, partly);

    const refused = (status: number, body: unknown, contentType = STRUCTURED) =>
      exchange(route, status, { token, body, contentType });
    await exchange(route, 401, { body: event, contentType: STRUCTURED });
    await exchange(route, 401, { body: event, contentType: STRUCTURED, token: 'none' });
    await refused(400, '{');
    await refused(400, { id: '' });
    await refused(400, [], BATCHED);
    await refused(400, { ...event, sequence: '1' });
    await refused(403, foreign);
    await refused(403, newEvent('another'));
    await refused(413, eventOfSize(tenant, 241 * 1024));
    await refused(
      413,
      Array.from({ length: 101 }, () => event),
      BATCHED,
    );
    await refused(415, event, 'text/plain');
    await refused(422, newEvent(tenant, { data: {} }));
    await refused(422, newEvent(tenant, { type: 'bank.no:thing@v1' }));
    await refused(422, newEvent(tenant, { source: 'com.other' }));
    await refused(422, [newEvent(tenant, { data: {} }), 7], BATCHED);
  });

  it('where events are read', async () => {
    const { tenant, events } = await tenantWithSubscription();
    const route = 'GET /events';
    const token = await tokenOf(tenant, route);
    await exchange(route, 200, { token });
    await exchange(route, 200, {
      token,
      path: '/events?after=1&limit=2&types=bank.*,community.*&actions=created&subjects=a&entities=b&organizations=c',
    });
    await exchange(route, 200, { token: await tokenOf(newTenant('empty'), route) });
    await exchange(route, 400, { token, path: '/events?limit=0&what=1' });
    await exchange(route, 401, {});
    await exchange(route, 403, { token: await tokenFor({ tenant, scope: 'bank' }) });
    await exchange(route, 403, { token: await tokenFor({ scope: 'events:read' }) });
    await exchange(route, 410, { token, path: '/events?after=1&epoch=another' });

    const one = 'GET /events/{id}';
    for (const { id } of events) await exchange(one, 200, { token, path: eventPath(id) });
    await exchange(one, 401, { path: '/events/x' });
    await exchange(one, 403, { path: '/events/x', token: await tokenFor({ tenant, scope: 'bank' }) });
    await exchange(one, 404, { path: '/events/x', token });
  });

  it('where subscriptions are managed', async () => {
    const { tenant } = await tenantWithSubscription();
    const create = 'POST /subscriptions';
    const writer = await tokenOf(tenant, create);
    const reader = await tokenOf(tenant, 'GET /subscriptions');
    await exchange(create, 201, { token: writer, body: { name: 'a/b?c' } });
    await exchange(create, 400, { token: writer, body: '{' });
    await exchange(create, 400, { token: writer, body: { name: '', nome: 1 } });
    await exchange(create, 400, { token: writer, body: { name: 'x', filter: { types: 1 } } });
    await exchange(create, 400, { token: writer, body: { name: 'x', cursor: 1 } });
    await exchange(create, 401, { body: {} });
    await exchange(create, 403, { token: reader, body: { name: 'x' } });
    await exchange(create, 409, { token: writer, body: { name: 'export' } });
    await exchange(create, 409, { token: writer, body: { name: 'x', cursor: { epoch: 'another', sequence: 1 } } });

    await exchange('GET /subscriptions', 200, { token: reader });
    await exchange('GET /subscriptions', 401, {});
    await exchange('GET /subscriptions', 403, { token: writer });

    const [at, nowhere, badly] = ['export', 'nowhere', 'a b'].map((name) => ({ path: subscriptionPath(name) }));
    for (const name of ['export', 'a/b?c'])
      await exchange(`GET ${ONE}`, 200, { token: reader, path: subscriptionPath(name) });
    await exchange(`GET ${ONE}`, 400, { token: reader, ...badly });
    await exchange(`GET ${ONE}`, 401, { ...at });
    await exchange(`GET ${ONE}`, 403, { token: writer, ...at });
    await exchange(`GET ${ONE}`, 404, { token: reader, ...nowhere });

    await exchange(`PATCH ${ONE}`, 200, { token: writer, ...at, body: { status: 'paused' } });
    await exchange(`PATCH ${ONE}`, 200, {
      token: writer,
      ...at,
      body: { status: 'active', filter: { types: ['bank.*'] } },
    });
    await exchange(`PATCH ${ONE}`, 400, { token: writer, ...at, body: {} });
    await exchange(`PATCH ${ONE}`, 400, { token: writer, ...at, body: { filter: 1 } });
    await exchange(`PATCH ${ONE}`, 401, { ...at, body: {} });
    await exchange(`PATCH ${ONE}`, 403, { token: reader, ...at, body: { status: 'paused' } });
    await exchange(`PATCH ${ONE}`, 404, { token: writer, ...nowhere, body: { status: 'paused' } });

    await exchange(`DELETE ${ONE}`, 400, { token: writer, ...badly });
    await exchange(`DELETE ${ONE}`, 401, { ...at });
    await exchange(`DELETE ${ONE}`, 403, { token: reader, ...at });
    await exchange(`DELETE ${ONE}`, 404, { token: writer, ...nowhere });
    await exchange(`DELETE ${ONE}`, 204, { token: writer, ...at });
  });

  needs('body-limit')('where a body is too large for API Gateway', async () => {
    const create = 'POST /subscriptions';
    const token = await tokenOf(newTenant('large'), create);
    await exchange(create, 413, { token, body: JSON.stringify({ name: 'x'.repeat(11 * 1024 * 1024) }) });
  });

  it('where subscriptions are consumed', async () => {
    const { tenant, events } = await tenantWithSubscription();
    const token = await tokenOf(tenant, PULL);
    const both = await tokenFor({ tenant, scope: ALL_SCOPES });
    const pull = { path: subscriptionPath('export', '/events') };
    const ack = { path: subscriptionPath('export', '/ack') };
    const nowhere = (rest: string) => ({ path: subscriptionPath('nowhere', rest) });
    const badly = (rest: string) => ({ path: subscriptionPath('a b', rest) });
    const { text } = await exchange(PULL, 200, { token, ...pull });
    expect((JSON.parse(text) as { events: unknown[] }).events).toHaveLength(events.length);
    await exchange(PULL, 200, { token, path: `${pull.path}?limit=1` });
    await exchange(PULL, 400, { token, path: `${pull.path}?limit=x` });
    await exchange(PULL, 400, { token, ...badly('/events') });
    await exchange(PULL, 401, { ...pull });
    await exchange(PULL, 403, { token: await tokenFor({ tenant, scope: 'subscriptions:write' }), ...pull });
    await exchange(PULL, 404, { token, ...nowhere('/events') });

    await exchange(ACK, 200, { token, ...ack, body: { sequence: 1 } });
    await exchange(ACK, 400, { token, ...ack, body: { sequence: -1 } });
    await exchange(ACK, 400, { token, ...ack, body: '{' });
    await exchange(ACK, 401, { ...ack, body: { sequence: 1 } });
    await exchange(ACK, 403, {
      token: await tokenFor({ tenant, scope: 'subscriptions:write' }),
      ...ack,
      body: { sequence: 1 },
    });
    await exchange(ACK, 404, { token, ...nowhere('/ack'), body: { sequence: 1 } });
    await exchange(ACK, 409, { token, ...ack, body: { sequence: 1000 } });
    await exchange(ACK, 409, { token, ...ack, body: { sequence: 1, epoch: 'another' } });

    await request('PATCH', subscriptionPath('export'), {
      token: both,
      headers: { 'content-type': JSON_TYPE },
      body: '{"status":"paused"}',
    });
    await exchange(PULL, 409, { token, ...pull });
    await exchange(ACK, 409, { token, ...ack, body: { sequence: 1 } });
  });

  it('where it describes itself', async () => {
    for (const route of ['GET /openapi.json', 'GET /asyncapi.json']) {
      const answer = await exchange(route, 200, {});
      const again = await request('GET', route.slice(4), {
        headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
      });
      expect(again.status, route).toBe(304);
      api.expectDescribed(route, again);
    }
  });

  it('where the hub is operated', async () => {
    const tenant = newTenant('described');
    const [redrive, letters] = ['POST /operations/dead-letters/redrive', 'GET /operations/dead-letters'];
    const token = await tokenOf(tenant, letters);
    const body = { queue: 'intake', all: true };
    for (const [route, query] of [
      ['GET /operations/health', ''],
      ['GET /operations/metrics', '?minutes=5'],
      [letters, '?queue=intake'],
    ] as const) {
      const [, path = ''] = route.split(' ');
      await exchange(route, 200, { token, path: `${path}${query}` });
      await exchange(route, 200, { token: await tokenFor({ scope: 'operations:read' }), path: `${path}${query}` });
      await exchange(route, 400, { token, path: `${path}?what=1` });
      await exchange(route, 401, {});
      await exchange(route, 403, { token: await tokenFor({ tenant, scope: 'events:read' }) });
    }
    const writer = await tokenOf(tenant, redrive);
    await exchange(redrive, 200, { token: writer, body });
    await exchange(redrive, 200, { token: writer, body: { queue: 'doorbell', letterIds: ['a', 'b'] } });
    await exchange(redrive, 400, { token: writer, body: { queue: 'intake' } });
    await exchange(redrive, 400, { token: writer, body: '{' });
    await exchange(redrive, 401, { body });
    await exchange(redrive, 403, { token, body });
  });

  it('and every status that is described has been seen, but for those that nobody can bring about', () => {
    const unseen = [...api.operations].flatMap(([route, { responses }]) =>
      Object.keys(responses).map((status) => `${route} ${status}`),
    );
    const expected = [
      // A body too large for API Gateway is one for every route that takes one.
      ...(has('body-limit') ? [] : ['POST /subscriptions 413']),
      `PATCH ${ONE} 413`,
      `${ACK} 413`,
      'POST /operations/dead-letters/redrive 413',
      // History is cut after days.
      `${PULL} 410`,
    ];
    const left = unseen.filter((one) => !api.compared.has(one) && !/ (?:429|500|503)$/.test(one));
    expect(left.sort()).toEqual(expected.sort());
  });

  it('is refused by the comparison where it is not', async () => {
    const answer = await postStructured(newEvent(newTenant('described')), await tokenFor({}));
    const { status, headers, text } = answer;
    const differently = (changes: object): Answer => ({
      status,
      headers,
      text: JSON.stringify({ ...JSON.parse(text), ...changes }),
    });
    expect(() => api.expectDescribed('POST /events', answer)).not.toThrow();
    expect(() => api.expectDescribed('POST /events', differently({ more: 1 }))).toThrow(/unevaluated|additional/);
    expect(() => api.expectDescribed('POST /events', differently({ accepted: [{ id: 'a' }] }))).toThrow(/type/);
    expect(() =>
      api.expectDescribed('POST /events', differently({ accepted: [{ id: 'a', type: 'b', c: 1 }] })),
    ).toThrow(/additional/);
    expect(() => api.expectDescribed('POST /events', { ...answer, status: 418 })).toThrow(/418/);
    expect(() => api.expectDescribed('GET /nothing', answer)).toThrow(/not described/);
  });
});
