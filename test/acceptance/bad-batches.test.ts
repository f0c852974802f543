import { describe, expect, it } from 'vitest';
import { eventOfSize, newEvent, newTenant } from './events.ts';
import {
  BATCHED,
  postBatch,
  postStructured,
  publish,
  readAll,
  readPage,
  request,
  tokenFor,
  waitForHead,
} from './hub.ts';
import { expectProblem } from './problem.ts';

const KIB = 1024;

describe('a batch', () => {
  it('that is partly good is taken in its good part, and answered for each event', async () => {
    const tenant = newTenant('partly');
    const token = await tokenFor({ tenant, scope: 'bank events:read' });
    const [good, alsoGood] = [newEvent(tenant), newEvent(tenant)];
    const bad = {
      unknown: newEvent(tenant, { type: 'bank.transaction:craeted@v1' }),
      invalid: newEvent(tenant, { data: {} }),
      foreign: newEvent(newTenant('foreign')),
      scopeless: newEvent(tenant, { type: 'community.member:left@v1' }),
    };
    const answer = await postBatch([bad.unknown, good, bad.invalid, bad.foreign, 7, bad.scopeless, alsoGood], token);
    expect(answer.status, answer.text).toBe(202);
    const reason = (status: number, code: string, index: number, id?: string) =>
      expect.objectContaining({ index, status, code, detail: expect.any(String), ...(id !== undefined && { id }) });
    expect(JSON.parse(answer.text), tenant).toEqual({
      accepted: [good, alsoGood].map(({ id, type }) => ({ id, type })),
      rejected: [
        reason(422, 'EVENT_TYPE_UNKNOWN', 0, bad.unknown.id),
        reason(422, 'EVENT_DATA_INVALID', 2, bad.invalid.id),
        reason(403, 'TENANT_MISMATCH', 3, bad.foreign.id),
        reason(400, 'EVENT_MALFORMED', 4),
        reason(403, 'SCOPE_MISSING', 5, bad.scopeless.id),
      ],
    });
    await waitForHead(tenant, 2);
    const ids = (await readAll(await tokenFor({ tenant }))).map(({ id }) => id);
    expect(ids.sort(), tenant).toEqual([good.id, alsoGood.id].sort());
  });

  it('of which nothing is good is a problem that lists every event', async () => {
    const tenant = newTenant('none');
    const token = await tokenFor({});
    const answer = await postBatch([newEvent(tenant, { data: {} }), 7], token);
    expectProblem(answer, { status: 422, code: 'BATCH_REFUSED', says: ['rejected'] }, token);
    expect(JSON.parse(answer.text)).toMatchObject({
      rejected: [
        {
          index: 0,
          code: 'EVENT_DATA_INVALID',
          errors: expect.arrayContaining([expect.objectContaining({ path: '/data' })]),
        },
        { index: 1, code: 'EVENT_MALFORMED' },
      ],
    });
  });

  it('may have 100 events, and is refused with more, with none, and as something else than a list', async () => {
    const tenant = newTenant('batch');
    const token = await tokenFor({});
    const events = Array.from({ length: 101 }, () => newEvent(tenant));
    const tooMany = { status: 413, code: 'BATCH_TOO_LARGE', says: ['at most 100', 'found 101'] };
    expectProblem(await postBatch(events, token), tooMany, token);
    expectProblem(await postBatch([], token), { status: 400, code: 'BATCH_EMPTY', says: ['at least one'] }, token);
    const single = await request('POST', '/events', {
      token,
      headers: { 'content-type': BATCHED },
      body: JSON.stringify(events[0]),
    });
    expectProblem(single, { status: 400, code: 'EVENT_MALFORMED', says: ['array'] }, token);
    expect((await readPage(await tokenFor({ tenant }))).head, tenant).toBe(0);
    await publish(events.slice(0, 100));
    await waitForHead(tenant, 100);
  });

  it('of more than 4 MiB is refused', async () => {
    const tenant = newTenant('bytes');
    const token = await tokenFor({});
    const answer = await postBatch(
      Array.from({ length: 22 }, () => eventOfSize(tenant, 200 * KIB)),
      token,
    );
    const problem = { status: 413, code: 'BATCH_TOO_LARGE', says: [`at most ${4 * KIB * KIB} bytes`, 'found 4'] };
    expectProblem(answer, problem, token);
  });

  it('with a bad event leaves the hub able to take the next', async () => {
    const tenant = newTenant('next');
    const token = await tokenFor({ tenant });
    await postStructured({ ...newEvent(tenant), data: JSON.parse('{"constructor":{"prototype":{}}}') }, token);
    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    expect((await readPage(token)).head, tenant).toBe(1);
  });
});
