import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import { eventPath, publish, readAll, request, tokenFor, waitForHead } from './hub.ts';
import { expectProblem } from './problem.ts';

describe('GET /events', () => {
  it.each([
    ['limit=0', '/limit', ['from 1 to 1000', '"0"']],
    ['limit=1001', '/limit', ['from 1 to 1000', '"1001"']],
    ['limit=ten', '/limit', ['whole number', '"ten"']],
    ['limit=1&limit=2', '/limit', ['one whole number', '2 values']],
    ['after=-1', '/after', ['whole number', '"-1"']],
    ['after=1.5', '/after', ['whole number', '"1.5"']],
    ['after=99999999999999999999', '/after', ['whole number']],
    ['afters=1', '/afters', ['after', 'limit', 'types']],
    [`types=${'x'.repeat(300)}`, '/types/0', ['at most 256', 'found 300']],
    [`subjects=${'s,'.repeat(101)}`, '/subjects', ['at most 100', 'found 101']],
  ])('refuses %s', async (query, path, says) => {
    const token = await tokenFor({ tenant: newTenant('query') });
    const answer = await request('GET', `/events?${query}`, { token });
    expectProblem(answer, { status: 400, code: 'QUERY_INVALID', path, says }, token);
  });

  it('refuses everything that is wrong at once', async () => {
    const token = await tokenFor({ tenant: newTenant('query') });
    const answer = await request('GET', '/events?limit=0&after=x&colour=red', { token });
    for (const path of ['/limit', '/after', '/colour']) {
      expectProblem(answer, { status: 400, code: 'QUERY_INVALID', path }, token);
    }
  });

  it('is empty, not an error, for a tenant without events and after the end', async () => {
    const tenant = newTenant('empty');
    const token = await tokenFor({ tenant });
    const empty = await request('GET', '/events', { token });
    expect(JSON.parse(empty.text), tenant).toEqual({ epoch: '', events: [], through: 0, head: 0 });
    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    const after = await request('GET', '/events?after=1', { token });
    expect(JSON.parse(after.text), tenant).toEqual({ epoch: expect.any(String), events: [], through: 1, head: 1 });
  });

  it('filters by each list', async () => {
    const tenant = newTenant('filter');
    const claims = { tenant, organizations: ['o;1', 'o2'] };
    const one = newEvent(tenant, { subject: 'transaction/1', organizationids: 'o;1' });
    const other = newEvent(tenant, { type: 'community.member:left@v1', organizationids: 'o2' });
    await publish([one, other]);
    await waitForHead(tenant, 2);
    const token = await tokenFor(claims);
    const found = async (query: Record<string, string>) => (await readAll(token, query)).map(({ id }) => id);
    for (const query of [
      { types: 'bank.*' },
      { entities: 'transaction,nothing' },
      { actions: 'created' },
      { organizations: 'o;1' },
      { subjects: 'transaction/1' },
      { types: '*', actions: 'created', limit: '1' },
    ]) {
      expect(await found(query), `${tenant}: ${JSON.stringify(query)}`).toEqual([one.id]);
    }
  });
});

describe('GET /events/{id}', () => {
  it.each(['unknown', 'a#b', 'x'.repeat(300), '%00', '__proto__', 'constructor'])('does not find %s', async (id) => {
    const token = await tokenFor({ tenant: newTenant('id') });
    const answer = await request('GET', eventPath(id), { token });
    expectProblem(answer, { status: 404, code: 'EVENT_NOT_FOUND', says: ['Expected the id'] }, token);
  });
});

describe('a route that is none', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/event'],
    ['DELETE', '/events'],
    ['POST', '/events/some-id'],
  ])('is not found: %s %s', async (method, path) => {
    const answer = await request(method, path, { token: await tokenFor({ tenant: newTenant('route') }) });
    expect(answer.status, answer.text).toBe(404);
  });
});
