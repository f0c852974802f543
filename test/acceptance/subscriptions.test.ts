import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import { publish, request, tokenFor, waitForHead } from './hub.ts';
import { BAD_CURSORS } from './pages.ts';
import { type ExpectedProblem, expectProblem } from './problem.ts';
import { type ShownSubscription, SubscriptionRoutes, serviceToken, subscriptionPath } from './subscription-routes.ts';

const routesOf = async (tenant: string): Promise<SubscriptionRoutes> =>
  new SubscriptionRoutes(await serviceToken(tenant));
const parse = (text: string): ShownSubscription => JSON.parse(text) as ShownSubscription;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

/** A tenant with so many events, and the routes of its subscriptions. */
async function tenantWith(events: number): Promise<{ readonly tenant: string; readonly routes: SubscriptionRoutes }> {
  const tenant = newTenant('durable');
  await publish(Array.from({ length: events }, () => newEvent(tenant)));
  await waitForHead(tenant, events);
  return { tenant, routes: await routesOf(tenant) };
}

describe('a durable subscription', () => {
  it('is created at the head, shown, listed, changed and deleted', async () => {
    const { tenant, routes } = await tenantWith(2);
    const created = await routes.make('export', { filter: { types: ['bank.*'] } });
    expect(created, tenant).toEqual({
      name: 'export',
      filter: { types: ['bank.*'] },
      status: 'active',
      cursor: { epoch: expect.stringMatching(/./), sequence: 2 },
      created: TIME,
      updated: created.created,
    });
    expect(parse((await routes.show('export')).text), tenant).toEqual(created);
    const other = await routes.make('another');
    expect(JSON.parse((await routes.list()).text), tenant).toEqual({ subscriptions: [other, created] });

    const paused = parse((await routes.change('export', { status: 'paused' })).text);
    expect(paused, `${tenant}: what is not given stays`).toEqual({
      ...created,
      status: 'paused',
      updated: expect.not.stringMatching(created.updated),
    });
    const refiltered = parse((await routes.change('export', { filter: { actions: ['created'] } })).text);
    expect(refiltered, tenant).toEqual({ ...paused, filter: { actions: ['created'] }, updated: TIME });
    const both = parse((await routes.change('export', { status: 'active', filter: {} })).text);
    expect(both, tenant).toEqual({ ...created, filter: {}, updated: TIME });
    expect(Date.parse(both.updated), tenant).toBeGreaterThan(Date.parse(created.created));

    expect((await routes.remove('export')).status, tenant).toBe(204);
    expectProblem(await routes.show('export'), { status: 404, code: 'SUBSCRIPTION_NOT_FOUND', says: ['"export"'] });
    expectProblem(await routes.remove('export'), { status: 404, code: 'SUBSCRIPTION_NOT_FOUND' });
    expect(JSON.parse((await routes.list()).text), tenant).toEqual({ subscriptions: [other] });
  });

  it('is created only once, and the first one stays as it is', async () => {
    const { tenant, routes } = await tenantWith(1);
    const first = await routes.make('once');
    const again = await routes.create({ name: 'once', filter: { types: ['community.*'] } });
    expectProblem(again, { status: 409, code: 'SUBSCRIPTION_EXISTS', says: ['"once"'] });
    expect(parse((await routes.show('once')).text), tenant).toEqual(first);
    const racing = await Promise.all(Array.from({ length: 5 }, () => routes.create({ name: 'raced' })));
    expect(racing.map(({ status }) => status).sort(), tenant).toEqual([201, 409, 409, 409, 409]);
  });

  it('begins where it is told to', async () => {
    const { tenant, routes } = await tenantWith(3);
    const { cursor } = await routes.make('head');
    const at = async (name: string, start: unknown) => (await routes.make(name, { cursor: start })).cursor;
    expect(await at('oldest', { sequence: 0 }), tenant).toEqual({ ...cursor, sequence: 0 });
    expect(await at('middle', { ...cursor, sequence: 1 }), tenant).toEqual({ ...cursor, sequence: 1 });
    expect(await routes.pulled('oldest'), tenant).toHaveLength(3);
    expect(await routes.pulled('middle'), tenant).toHaveLength(2);
    expect(await routes.pulled('head'), tenant).toEqual([]);
  });

  it('of a tenant without events gets the first that comes', async () => {
    const tenant = newTenant('blank');
    const routes = await routesOf(tenant);
    expect((await routes.make('early')).cursor, tenant).toEqual({ epoch: '', sequence: 0 });
    const event = newEvent(tenant);
    await publish([event]);
    await waitForHead(tenant, 1);
    expect(await routes.pulled('early'), tenant).toEqual([event.id]);
    expect((await routes.ack('early', { sequence: 1 })).status, tenant).toBe(200);
    expect(await routes.pulled('early'), tenant).toEqual([]);
  });

  it('is nobody else’s: another tenant neither sees nor touches it, and may use its name', async () => {
    const [one, other] = [await tenantWith(1), await tenantWith(2)];
    const mine = await one.routes.make('shared');
    const gone = { status: 404, code: 'SUBSCRIPTION_NOT_FOUND' } as const;
    for (const answer of [
      await other.routes.show('shared'),
      await other.routes.change('shared', { status: 'paused' }),
      await other.routes.pull('shared'),
      await other.routes.ack('shared', { sequence: 1 }),
      await other.routes.remove('shared'),
    ]) {
      expectProblem(answer, gone);
    }
    expect(JSON.parse((await other.routes.list()).text)).toEqual({ subscriptions: [] });
    const theirs = await other.routes.make('shared', { cursor: { sequence: 0 } });
    expect(theirs.cursor.epoch).not.toBe(mine.cursor.epoch);
    expect(await other.routes.pulled('shared')).toHaveLength(2);
    expect((await other.routes.remove('shared')).status).toBe(204);
    expect(parse((await one.routes.show('shared')).text)).toEqual(mine);
  });

  it('is managed with one scope and consumed with another', async () => {
    const { tenant, routes } = await tenantWith(1);
    await routes.make('scoped', { cursor: { sequence: 0 } });
    const reader = new SubscriptionRoutes(await serviceToken(tenant, 'events:read'));
    const writer = new SubscriptionRoutes(await serviceToken(tenant, 'subscriptions:write bank'));
    const refused: ExpectedProblem = { status: 403, code: 'SCOPE_MISSING' };
    expectProblem(await reader.create({ name: 'no' }), refused, reader.token);
    expectProblem(await reader.change('scoped', { status: 'paused' }), refused, reader.token);
    expectProblem(await reader.remove('scoped'), refused, reader.token);
    expectProblem(await writer.list(), refused, writer.token);
    expectProblem(await writer.show('scoped'), refused, writer.token);
    expectProblem(await writer.pull('scoped'), refused, writer.token);
    expectProblem(await writer.ack('scoped', { sequence: 1 }), refused, writer.token);
    expect((await reader.pull('scoped')).status, tenant).toBe(200);
    expect((await writer.change('scoped', { filter: {} })).status, tenant).toBe(200);
    const nobody = await request('GET', '/subscriptions');
    expectProblem(nobody, { status: 401, code: 'TOKEN_MISSING' });
    const homeless = await tokenFor({ scope: 'events:read subscriptions:write' });
    expectProblem(await new SubscriptionRoutes(homeless).create({ name: 'x' }), {
      status: 403,
      code: 'TENANT_CLAIM_MISSING',
    });
  });
});

describe('the name of a subscription', () => {
  const family = '👩‍👩‍👧';
  const names = [
    'a/b',
    '/',
    'a?b=c',
    'a#b',
    '%',
    '%2F',
    '%252F',
    '%zz',
    'a+b',
    'a;b=c',
    'a:b@c',
    '&',
    '=',
    '"',
    "'",
    '`',
  ];
  const more = [
    '\\',
    '{}',
    '[0]',
    '<b>',
    '.',
    '..',
    '...',
    '~',
    '*',
    'events',
    'ack',
    '__proto__',
    'constructor',
    'ÅØ',
  ];
  const long = ['x'.repeat(256), '😀'.repeat(256), `${family}!`, '\u202Etxt', '中文'];

  it.each([...names, ...more, ...long])('may have any characters: %s', async (name) => {
    const { tenant, routes } = await tenantWith(1);
    const created = await routes.make(name, { cursor: { sequence: 0 } });
    expect(created.name, tenant).toBe(name);
    expect(parse((await routes.show(name)).text), tenant).toEqual(created);
    expect(JSON.parse((await routes.list()).text), tenant).toEqual({ subscriptions: [created] });
    expect(await routes.pulled(name), tenant).toHaveLength(1);
    expect((await routes.ack(name, { sequence: 1 })).status, tenant).toBe(200);
    expect(parse((await routes.change(name, { status: 'paused' })).text), tenant).toMatchObject({
      name,
      status: 'paused',
    });
    expect((await routes.remove(name)).status, tenant).toBe(204);
  });

  it.each([
    ['empty', '""', 'empty'],
    ['with a space', '"a b"', 'U+0020'],
    ['with a comma', '"a,b"', 'a comma'],
    ['with a line feed', '"a\\nb"', 'U+000A'],
    ['with a zero', '"a\\u0000b"', 'U+0000'],
    ['with half a character', '"a\\ud800"', 'surrogate'],
    ['of 257 characters', JSON.stringify('x'.repeat(257)), 'at most 256 characters, found 257'],
    ['of 257 pairs', JSON.stringify('😀'.repeat(257)), 'at most 256 characters, found 257'],
    ['that is a number', '7', 'a string'],
    ['that is null', 'null', 'a string'],
  ])('is refused %s', async (_, name, says) => {
    const routes = await routesOf(newTenant('bad-name'));
    const answer = await routes.create(`{"name":${name}}`);
    expectProblem(answer, { status: 400, code: 'SUBSCRIPTION_INVALID', path: '/name', says: [says] }, routes.token);
  });

  it('is refused in a path as in a body', async () => {
    const routes = await routesOf(newTenant('bad-path'));
    for (const name of ['a b', 'a,b', 'x'.repeat(257)]) {
      expectProblem(
        await routes.show(name),
        { status: 400, code: 'SUBSCRIPTION_INVALID', path: '/name' },
        routes.token,
      );
    }
  });
});

describe('a body that cannot be used is refused by name', () => {
  const thousand = JSON.stringify(Array.from({ length: 1000 }, (_, index) => `bank.${index}`));
  const long = JSON.stringify(['x'.repeat(10 * 1024)]);
  const invalid = 'SUBSCRIPTION_INVALID';
  const filters: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['1,000 patterns', `{"types":${thousand}}`, '/filter/types', ['at most 100 values, found 1000']],
    ['a pattern of 10 KB', `{"types":${long}}`, '/filter/types/0', ['at most 256 characters, found 10240']],
    ['an unknown list', '{"colours":["red"]}', '/filter/colours', ['types, entities']],
    ['a list that is none', '{"types":"bank.*"}', '/filter/types', ['a list of strings']],
    ['a value that is none', '{"subjects":[7]}', '/filter/subjects/0', ['a string']],
    ['no object', '[]', '/filter', ['an object']],
  ];
  for (const [name, filter, path, says] of filters) {
    it(`a filter with ${name}`, async () => {
      const { routes } = await tenantWith(0);
      const expected = { status: 400, code: 'FILTER_INVALID', path, says };
      expectProblem(await routes.create(`{"name":"f","filter":${filter}}`), expected, routes.token);
      const { filter: before } = await routes.make('f', { filter: { types: ['bank.*'] } });
      expectProblem(await routes.change('f', `{"filter":${filter}}`), expected, routes.token);
      expect(parse((await routes.show('f')).text).filter).toEqual(before);
    });
  }

  const bodies: readonly (readonly [string, string, string, string, string | undefined])[] = [
    ['no JSON', 'hello', 'BODY_NOT_JSON', 'BODY_NOT_JSON', undefined],
    ['nothing', '', 'BODY_NOT_JSON', 'BODY_NOT_JSON', undefined],
    ['a list', '[]', invalid, invalid, ''],
    ['an unknown member', '{"name":"n","status":"active","colour":1}', invalid, invalid, '/colour'],
    ['the key __proto__', '{"name":"n","__proto__":{}}', 'JSON_KEY_REFUSED', 'JSON_KEY_REFUSED', undefined],
    ['no member', '{}', invalid, invalid, undefined],
  ];
  for (const [name, body, created, changed, path] of bodies) {
    it(name, async () => {
      const { routes } = await tenantWith(0);
      await routes.make('there');
      const where = path === undefined ? {} : { path };
      expectProblem(await routes.create(body), { status: 400, code: created, ...where }, routes.token);
      expectProblem(await routes.change('there', body), { status: 400, code: changed, ...where }, routes.token);
    });
  }

  it.each(['"stopped"', 'true', 'null', '"Active"'])('the status %s', async (status) => {
    const { routes } = await tenantWith(0);
    await routes.make('there');
    const answer = await routes.change('there', `{"status":${status}}`);
    expectProblem(answer, { status: 400, code: invalid, path: '/status', says: ['active, paused'] }, routes.token);
  });

  it.each(BAD_CURSORS)('a cursor with %s', async (_, cursor, path) => {
    const { routes } = await tenantWith(0);
    const answer = await routes.create({ name: 'c', cursor });
    expectProblem(answer, { status: 400, code: 'CURSOR_INVALID', path: `/cursor${path}` }, routes.token);
  });

  it('a cursor of another epoch, or ahead of the head', async () => {
    const { routes } = await tenantWith(2);
    const { epoch } = (await routes.make('fine')).cursor;
    const foreign = await routes.create({ name: 'c', cursor: { epoch: 'made up', sequence: 1 } });
    expectProblem(foreign, { status: 409, code: 'EPOCH_MISMATCH' }, routes.token);
    for (const sequence of [3, 2 ** 53 - 1]) {
      const ahead = await routes.create({ name: 'c', cursor: { epoch, sequence } });
      const says = ['at most the head, 2', String(sequence)];
      expectProblem(ahead, { status: 409, code: 'ACK_BEYOND_HEAD', path: '/cursor/sequence', says }, routes.token);
    }
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=1', 'types=bank.*'])('a pull with %s', async (query) => {
    const { routes } = await tenantWith(0);
    await routes.make('there');
    expectProblem(await routes.pull('there', `?${query}`), { status: 400, code: 'QUERY_INVALID' }, routes.token);
  });

  it('a route that is none', async () => {
    const { token } = await routesOf(newTenant('route'));
    for (const [method, path] of [
      ['PUT', '/subscriptions'],
      ['POST', subscriptionPath('a')],
      ['DELETE', subscriptionPath('a', '/events')],
      ['GET', subscriptionPath('a', '/ack')],
    ] as const) {
      expect((await request(method, path, { token })).status, `${method} ${path}`).toBe(404);
    }
  });
});
