import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import {
  eventPath,
  postStructured,
  publish,
  putOnBus,
  readAll,
  readPage,
  request,
  tokenFor,
  waitForHead,
} from './hub.ts';
import { expectProblem } from './problem.ts';
import { openReceiver } from './socket-client.ts';

const fetchOne = (id: string, token: string) => request('GET', eventPath(id), { token });

describe('another tenant', () => {
  it('sees nothing: not on a socket, not in GET /events, not by id', async () => {
    const [tenant, foreign] = [newTenant('own'), newTenant('foreign')];
    const [own, other] = [await openReceiver({ tenant }), await openReceiver({ tenant: foreign })];
    const event = newEvent(tenant);
    const fence = newEvent(foreign);
    await publish([event]);
    await own.event(event.id);
    await publish([fence]);
    await other.event(fence.id);
    await Promise.all([own.settle(), other.settle()]);
    expect(
      [own, other].map(({ events }) => events.map(({ id }) => id)),
      tenant,
    ).toEqual([[event.id], [fence.id]]);
    const token = await tokenFor({ tenant: foreign });
    expect(await readAll(token), foreign).toMatchObject([{ id: fence.id, tenantid: foreign }]);
    expectProblem(await fetchOne(event.id, token), { status: 404, code: 'EVENT_NOT_FOUND', says: [event.id] }, token);
  });

  it('cannot be reached by identifiers that are joined carelessly', async () => {
    const unique = randomUUID();
    const pairs = [
      [`${unique}a#b`, 'c'],
      [`${unique}a`, 'b#c'],
      [`${unique}a%23b`, 'c'],
      [`${unique}a`, 'b%23c'],
      [`${unique}a%2523b`, 'c'],
      [`${unique}a#E#b`, 'c'],
      [`${unique}a`, 'E#b#c'],
      [`${unique}a|b`, 'c'],
      [`${unique}a`, 'b|c'],
      [`${unique}a:b`, 'c'],
      [`${unique}a`, 'b:c'],
      [`${unique}a/b`, 'c'],
      [`${unique}a`, 'b/c'],
    ] as const;
    await publish(pairs.map(([tenant, id]) => newEvent(tenant, { id, subject: `${tenant} ${id}` })));
    const tenants = [...new Set(pairs.map(([tenant]) => tenant))];
    for (const tenant of tenants) {
      const ids = pairs.filter(([one]) => one === tenant).map(([, id]) => id);
      await waitForHead(tenant, ids.length);
      const token = await tokenFor({ tenant });
      const stored = await readAll(token);
      expect(stored.map(({ id }) => id).sort(), tenant).toEqual(ids.toSorted());
      expect(
        stored.map(({ sequence }) => Number(sequence)),
        tenant,
      ).toEqual(ids.map((_, index) => index + 1));
      for (const [other, id] of pairs) {
        const answer = await fetchOne(id, token);
        const subject = answer.status === 200 ? JSON.parse(answer.text).subject : answer.status;
        expect(subject, `${tenant} asks for ${id}, which ${other} has`).toBe(
          ids.includes(id) ? `${tenant} ${id}` : 404,
        );
      }
    }
  });
});

describe('the audience within a tenant', () => {
  it('is every kind that the event names, for sockets and readers alike', async () => {
    const tenant = newTenant('audience');
    const claims = {
      nobody: { tenant },
      member: { tenant, organizations: ['o;1@x', 'o2'], user: 'u1', roles: ['clerk'] },
      other: { tenant, organizations: ['o3'], user: 'u2', roles: ['clerk', 'rôle#2'] },
    };
    const events = {
      all: newEvent(tenant),
      organization: newEvent(tenant, { organizationids: 'o;1@x,o9' }),
      user: newEvent(tenant, { userids: 'u1,u7' }),
      role: newEvent(tenant, { roleids: 'rôle#2' }),
      every: newEvent(tenant, { organizationids: 'o2', userids: 'u1,u2', roleids: 'clerk' }),
      none: newEvent(tenant, { organizationids: 'o1;o2', userids: 'u1', roleids: 'clerk' }),
    };
    const expected: Record<keyof typeof claims, readonly (keyof typeof events)[]> = {
      nobody: ['all'],
      member: ['all', 'organization', 'user', 'every'],
      other: ['all', 'role'],
    };
    const sockets = {
      nobody: await openReceiver(claims.nobody),
      member: await openReceiver(claims.member),
      other: await openReceiver(claims.other),
    };
    await putOnBus(Object.values(events));
    await waitForHead(tenant, 6);
    const fence = newEvent(tenant);
    await publish([fence]);
    await Promise.all(Object.values(sockets).map((socket) => socket.event(fence.id)));
    for (const who of ['nobody', 'member', 'other'] as const) {
      const ids = [...expected[who].map((name) => events[name].id), fence.id].sort();
      const stored = await readAll(await tokenFor(claims[who]));
      expect(stored.map(({ id }) => id).sort(), `${tenant}: ${who}`).toEqual(ids);
      expect(sockets[who].events, `${tenant}: ${who}, by socket`).toEqual(stored);
      const answers = await Promise.all(
        Object.values(events).map(async ({ id }) => (await fetchOne(id, await tokenFor(claims[who]))).status),
      );
      expect(answers, `${tenant}: ${who}, by id`).toEqual(
        Object.values(events).map(({ id }) => (ids.includes(id) ? 200 : 404)),
      );
    }
  });
});

describe('an identifier', () => {
  const accepted = [
    'a#b',
    'a;b',
    'a:b',
    'a@b',
    'a/b',
    'a|b',
    'a%b',
    'a%23b',
    'a+b',
    'a?b&c=d',
    '"a"',
    '.',
    '..',
    'ß⛵👩‍👩‍👧',
    'x'.repeat(256),
    '🐟'.repeat(256),
  ];

  it.each(accepted.map((id) => [id.length > 20 ? `${id.slice(0, 4)}… (${[...id].length} characters)` : id, id]))(
    'may be %s: as event, tenant, organisation and user',
    async (_name, id) => {
      const tenant = id.length > 200 ? id : `${id}-${randomUUID()}`;
      const claims = { tenant, organizations: [id], user: id };
      const reader = await tokenFor(claims);
      const { head } = await readPage(reader);
      const socket = await openReceiver(claims);
      const ids = [...id].length > 200 ? [`${[...id].slice(0, 220).join('')}${randomUUID()}`, id] : [id];
      const events = ids.map((one) => newEvent(tenant, { id: one, organizationids: id, userids: id }));
      const [event] = events;
      await publish(events);
      const received = await socket.event(ids[0] ?? '');
      expect(received, tenant).toMatchObject({ ...event });
      expect(received.sequence > String(head).padStart(20, '0'), `${received.sequence} after ${head}`).toBe(true);
      const one = await fetchOne(received.id, reader);
      expect(one.status, one.text).toBe(200);
      expect(JSON.parse(one.text), tenant).toEqual(received);
    },
  );

  it.each([
    ['257 characters', 'x'.repeat(257)],
    ['257 emoji', '🐟'.repeat(257)],
    ['a comma', 'a,b'],
    ['white space', 'a b'],
    ['a control character', 'a\u0000b'],
    ['a lone surrogate', 'a\ud800b'],
    ['nothing', ''],
  ])('may not have %s', async (_name, id) => {
    const tenant = newTenant('refused');
    const token = await tokenFor({});
    for (const attribute of ['id', 'tenantid']) {
      const answer = await postStructured(newEvent(tenant, { [attribute]: id }), token);
      expectProblem(answer, {
        status: 400,
        code: 'EVENT_MALFORMED',
        path: `/${attribute}`,
        says: ['expected', 'found'],
      });
    }
    expect((await readPage(await tokenFor({ tenant }))).head, tenant).toBe(0);
  });
});
