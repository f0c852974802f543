import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { has, needs } from '../../acceptance/capabilities.ts';
import { DescribedApi } from '../../acceptance/described-api.ts';
import { newTenant } from '../../acceptance/events.ts';
import { readPage, request, tokenFor } from '../../acceptance/hub.ts';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { containsPartOf, expectProblem } from '../../acceptance/problem.ts';
import { keepSecret } from '../../acceptance/secrets.ts';
import { openSocket, type SocketClient } from '../../acceptance/socket-client.ts';
import {
  type Entrance,
  guardedRoutes,
  handshakeEntrance,
  httpEntrance,
  plainRequest,
  shakeHands,
} from './entrances.ts';
import { HIDDEN, HOSTILE_TOKENS, type HostileToken, openWorkshop } from './hostile-tokens.ts';

const EVERY_SCOPE = 'bank community events:read subscriptions:write operations:read operations:write';
/** Traces of the inside: stack frames, paths, names of what the hub is made of. */
const INSIDE = /\bat .+:\d+:\d+|node_modules|\/var\/task|arn:aws|dynamodb/i;

const api = await DescribedApi.read();
const routes = guardedRoutes(api);
const tenant = newTenant('entrance');
let good: string;
let workshop: Awaited<ReturnType<typeof openWorkshop>>;

beforeAll(async () => {
  keepSecret('claim', HIDDEN);
  good = await tokenFor({ tenant, scope: EVERY_SCOPE });
  workshop = await openWorkshop(good);
});

/** The token of a row, written down so that the logs are searched for it. */
function makeToken({ make }: HostileToken): string {
  const token = make(workshop);
  keepSecret('token', token);
  return token;
}

const usable = HOSTILE_TOKENS.filter(({ byIssuer }) => byIssuer === undefined || hubUnderTest().issuerKeyFile !== null);

/** Offers every hostile token to an entrance, and tells what it did not refuse as it should: nothing. */
async function mistakesOf(entrance: Entrance): Promise<readonly string[]> {
  const answers = await Promise.all(usable.map(async (row) => mistakesWith(row, entrance)));
  return answers.flat();
}

async function mistakesWith(row: HostileToken, entrance: Entrance): Promise<readonly string[]> {
  const token = makeToken(row);
  const { status, code, text } = await entrance.offer(token);
  const about = `${entrance.name}: a token ${row.name}`;
  const expected = entrance.saysCode ? row.code : undefined;
  const saysStatus = status !== undefined && has('socket-refusal-status');
  const checks: readonly (readonly [boolean, string])[] = [
    [code === expected, `expected ${expected}, found ${code}`],
    [!saysStatus || status === 401, `expected 401, found ${status}`],
    [status !== 101, 'a socket was opened'],
    [!text.includes(HIDDEN), 'the answer repeats a claim or a header'],
    [!text.includes(tenant), 'the answer names the tenant'],
    [!containsPartOf(text, token), 'the answer repeats the token'],
    [!INSIDE.test(text), 'the answer shows the inside'],
  ];
  return checks.flatMap(([isFine, mistake]) => (isFine ? [] : [`${about}: ${mistake}`]));
}

/** What answers a token that is sent over an open socket. */
const actionEntrance = (socket: SocketClient): Entrance => ({
  name: 'the action token',
  saysCode: true,
  offer: async (token) => {
    const { code, ...frame } = await socket.request({ action: 'token', token });
    return { ...(code !== undefined && { code }), text: JSON.stringify(frame) };
  },
});

describe(`${usable.length} hostile tokens are refused, each for its reason and without a word too much`, () => {
  it('and there are entrances to try', () => {
    expect(routes.length).toBeGreaterThanOrEqual(10);
    expect(usable.length).toBeGreaterThan(40);
  });

  it.each(routes)('at %s', async (route) => {
    const entrance = httpEntrance(route, tenant);
    expect(await mistakesOf(entrance)).toEqual([]);
    const { code } = await entrance.offer(good);
    expect(String(code), 'a good token is not refused').not.toMatch(/^TOKEN_|^SCOPE_/);
  });

  it('at $connect, by header', async () => {
    const entrance = handshakeEntrance('header');
    expect(await mistakesOf(entrance)).toEqual([]);
    expect((await entrance.offer(good)).status).toBe(101);
  });

  needs('subprotocol-echo')('at $connect, by subprotocol', async () => {
    const entrance = handshakeEntrance('subprotocol');
    expect(await mistakesOf(entrance)).toEqual([]);
    expect((await entrance.offer(good)).status).toBe(101);
  });

  needs('socket-authorizer')('in the action token, and the socket goes on with the one that it has', async () => {
    const socket = await openSocket({ token: good });
    await socket.subscribe();
    expect(await mistakesOf(actionEntrance(socket))).toEqual([]);
    expect(await socket.request({ action: 'token', token: good })).toMatchObject({ type: 'renewed' });
    expect(await socket.request({ action: 'sync', cursor: { sequence: 0 } })).toMatchObject({ type: 'synced' });
  });

  it('and none of them has done anything', async () => {
    const mine = await tokenFor({ tenant, scope: EVERY_SCOPE });
    const answer = await request('GET', '/subscriptions', { token: mine });
    const names = (JSON.parse(answer.text) as { subscriptions: unknown[] }).subscriptions;
    // Of each route's good token there is what that one did: an event, and a subscription.
    expect(names).toHaveLength(1);
    expect((await readPage(mine)).head).toBeLessThanOrEqual(1);
  });
});

describe('a good token in the wrong place is none', () => {
  const queries = ['access_token', 'token', 'authorization', 'jwt'];

  it.each(routes)('at %s: in the query, in a cookie, in another header', async (route) => {
    const { method, path, headers = {}, body } = plainRequest(route, tenant);
    const send = (query: string, more: Record<string, string>) =>
      request(method, `${path}${query}`, { headers: { ...headers, ...more }, ...(body !== undefined && { body }) });
    const answers = [
      ...(await Promise.all(queries.map((name) => send(`?${name}=${good}`, {})))),
      await send('', { cookie: `access_token=${good}; authorization=Bearer ${good}` }),
      await send('', { 'x-authorization': `Bearer ${good}`, 'x-access-token': good, 'proxy-authorization': good }),
      await send('', { 'x-amz-security-token': good, 'sec-websocket-protocol': `tidings.v1, bearer.${good}` }),
    ];
    for (const answer of answers) expectProblem(answer, { status: 401, code: 'TOKEN_MISSING' }, good);
  });

  it.each(routes)('at %s: in another scheme, twice, or beside another', async (route) => {
    const { method, path, headers = {}, body } = plainRequest(route, tenant);
    const bad = makeToken(HOSTILE_TOKENS.find(({ code }) => code === 'TOKEN_SIGNATURE_INVALID') as HostileToken);
    const values = [
      good,
      `Basic ${good}`,
      `DPoP ${good}`,
      `Bearer ${bad}, Bearer ${good}`,
      `Bearer ${good}, Bearer ${bad}`,
      `Bearer ${good} ${bad}`,
      `Bearer "${good}"`,
      `Bearer: ${good}`,
    ];
    for (const authorization of values) {
      const sent = { headers: { ...headers, authorization }, ...(body !== undefined && { body }) };
      expectProblem(await request(method, path, sent), { status: 401, code: 'TOKEN_MALFORMED' }, good);
    }
  });

  it.each(queries)('at $connect: in the query, as %s', async (name) => {
    expect((await shakeHands([], {}, `?${name}=${good}`)).status).not.toBe(101);
  });

  needs('subprotocol-echo')('at $connect: after a hostile one, or beside one in the header', async () => {
    const bad = makeToken(HOSTILE_TOKENS.find(({ code }) => code === 'TOKEN_SIGNATURE_INVALID') as HostileToken);
    const statuses = [
      await shakeHands(['tidings.v1', `bearer.${bad}`, `bearer.${good}`]),
      await shakeHands(['tidings.v1', `bearer.${bad}`], { authorization: `Bearer ${good}` }),
      await shakeHands([`bearer.${bad}`, 'tidings.v1'], { authorization: `Bearer ${good}` }),
      await shakeHands(['tidings.v1', good]),
      await shakeHands(['tidings.v1'], { cookie: `access_token=${good}` }),
    ].map(({ status }) => status);
    expect(statuses).not.toContain(101);
  });
});

describe('a good token that lacks what a route takes is refused', () => {
  it.each(routes)('at %s: the scopes of all others', async (route) => {
    const needed = api.scopesOf(route);
    const others = [...EVERY_SCOPE.split(' '), 'events:write', 'EVENTS:READ', 'events:read:all', 'bank:*', '*'];
    const scope = others.filter((one) => !needed.includes(one)).join(' ');
    const who = newTenant('scopes');
    const token = await tokenFor({ tenant: who, scope });
    const { method, path, ...rest } = plainRequest(route, who);
    const answer = await request(method, path, { ...rest, token });
    expectProblem(answer, { status: 403, code: 'SCOPE_MISSING' }, token);
    expect(answer.text).not.toContain(who);
  });

  // Events name their tenant, and operators may be those of all tenants.
  const withoutTenant = (route: string): boolean => route === 'POST /events' || route.includes('/operations/');

  it.each(routes.filter((route) => !withoutTenant(route)))('at %s: a tenant', async (route) => {
    const token = await tokenFor({ scope: EVERY_SCOPE });
    const { method, path, ...rest } = plainRequest(route, 'nobody');
    expectProblem(
      await request(method, path, { ...rest, token }),
      { status: 403, code: 'TENANT_CLAIM_MISSING' },
      token,
    );
  });

  it('at POST /events: the tenant of the event', async () => {
    const token = await tokenFor({ tenant: newTenant('another'), scope: EVERY_SCOPE });
    const { method, path, ...rest } = plainRequest('POST /events', tenant);
    expectProblem(await request(method, path, { ...rest, token }), { status: 403, code: 'TENANT_MISMATCH' }, token);
  });

  it('at $connect: a tenant', async () => {
    const token = await tokenFor({ scope: EVERY_SCOPE });
    const answer = await handshakeEntrance('header').offer(token);
    expect(answer.status).toBe(has('socket-refusal-status') ? 403 : answer.status);
    expect(answer.status).not.toBe(101);
  });

  needs('socket-authorizer')('in the action token: the tenant of the socket, or any', async () => {
    const socket = await openSocket({ token: good });
    await socket.subscribe();
    const another = await tokenFor({ tenant: newTenant('another'), scope: EVERY_SCOPE });
    const none = await tokenFor({ scope: EVERY_SCOPE });
    expect(await socket.request({ action: 'token', token: another })).toMatchObject({ code: 'TENANT_MISMATCH' });
    expect(await socket.request({ action: 'token', token: none })).toMatchObject({ code: 'TENANT_CLAIM_MISSING' });
    expect(JSON.stringify(socket.frames)).not.toContain('another-');
  });

  needs('socket-authorizer')('on a socket: the scope of durable subscriptions', async () => {
    const token = await tokenFor({ tenant, scope: 'bank community subscriptions:write' });
    const socket = await openSocket({ token });
    onTestFinished(() => socket.kill());
    const answers = [
      await socket.request({ action: 'subscribe', subscription: 'any' }),
      await socket.request({ action: 'ack', subscription: 'any', sequence: 0 }),
    ];
    expect(answers.map(({ code }) => code)).toEqual(['SCOPE_MISSING', 'SCOPE_MISSING']);
  });
});
