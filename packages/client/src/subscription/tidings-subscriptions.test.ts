import { asSequence } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { type ApiReaction, ScriptedApi, thrownBy } from '../../test/scripted-api.ts';
import { answer, problemAnswer } from '../../test/scripted-hub.ts';
import { TidingsSubscriptions } from './tidings-subscriptions.ts';

const CURSOR = { epoch: 'e1', sequence: asSequence(4) };
const SHOWN = { name: 'billing', filter: {}, status: 'active', cursor: CURSOR, created: 'then', updated: 'then' };
const shown: ApiReaction = () => answer(200, SHOWN);
const missing: ApiReaction = () => problemAnswer(404, 'SUBSCRIPTION_NOT_FOUND');
const busy: ApiReaction = () => problemAnswer(503, 'BUS_UNAVAILABLE');

function setUp(...script: readonly ApiReaction[]) {
  const api = new ScriptedApi(...script);
  const subscriptions = new TidingsSubscriptions(api.options());
  return { api, subscriptions, run: <Value>(promise: Promise<Value>) => api.time.run(promise) };
}

describe('managing durable subscriptions', () => {
  it('lists them', async () => {
    const { api, subscriptions, run } = setUp(() => answer(200, { subscriptions: [SHOWN] }));
    expect(await run(subscriptions.list())).toEqual([SHOWN]);
    expect(api.paths).toEqual(['GET /subscriptions']);
  });

  it('shows one, and nothing where there is none', async () => {
    const { api, subscriptions, run } = setUp(shown, missing);
    expect(await run(subscriptions.get('a/b'))).toEqual(SHOWN);
    expect(await run(subscriptions.get('..'))).toBeUndefined();
    expect(api.paths).toEqual(['GET /subscriptions/a%252Fb', 'GET /subscriptions/%252E%252E']);
  });

  it.each([
    ['from now on', { name: 'billing' }, { name: 'billing' }],
    [
      'from the oldest on',
      { name: 'billing', cursor: 'oldest', filter: { types: ['bank.*'], actions: [] } },
      { name: 'billing', cursor: { sequence: 0 }, filter: { types: ['bank.*'] } },
    ],
    ['from a cursor on', { name: 'billing', cursor: CURSOR }, { name: 'billing', cursor: CURSOR }],
  ] as const)('creates one %s', async (_where, what, body) => {
    const { api, subscriptions, run } = setUp(() => answer(201, SHOWN));
    expect(await run(subscriptions.create(what))).toEqual(SHOWN);
    expect(api.requests).toMatchObject([{ method: 'POST', path: '/subscriptions', body }]);
  });

  it('does not create one twice where the first answer may have been lost', async () => {
    const { api, subscriptions, run } = setUp(busy);
    expect(await thrownBy(run(subscriptions.create({ name: 'billing' })))).toMatchObject({ code: 'BUS_UNAVAILABLE' });
    expect(api.requests).toHaveLength(1);
  });

  it('pauses, resumes and filters one, also by a second try', async () => {
    const { api, subscriptions, run } = setUp(busy, shown);
    await run(subscriptions.update('billing', { status: 'paused' }));
    await run(subscriptions.update('billing', { status: 'active', filter: { types: ['bank.*'] } }));
    expect(api.requests.map(({ body }) => body)).toEqual([
      { status: 'paused' },
      { status: 'paused' },
      { status: 'active', filter: { types: ['bank.*'] } },
    ]);
  });

  it('deletes one, also where only the answer was lost, and says if there was none', async () => {
    const lost = setUp(busy, missing);
    await lost.run(lost.subscriptions.delete('billing'));
    expect(lost.api.paths).toEqual(['DELETE /subscriptions/billing', 'DELETE /subscriptions/billing']);
    const { subscriptions, run } = setUp(missing);
    expect(await thrownBy(run(subscriptions.delete('billing')))).toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
  });

  it.each([
    [4, { sequence: 4 }],
    ['00000000000000000004', { sequence: 4 }],
    [CURSOR, CURSOR],
  ])('acknowledges up to %j', async (place, body) => {
    const { api, subscriptions, run } = setUp(() => answer(200, { cursor: CURSOR }));
    expect(await run(subscriptions.acknowledge('billing', place))).toEqual(CURSOR);
    expect(api.requests).toMatchObject([{ method: 'POST', path: '/subscriptions/billing/ack', body }]);
  });

  it.each([
    ['a name that is none', async (it: TidingsSubscriptions): Promise<unknown> => it.create({ name: 'a b' }), '/name'],
    [
      'a filter that is none',
      async (it: TidingsSubscriptions): Promise<unknown> => it.create({ name: 'a', filter: { types: [''] } }),
      '/filter/types/0',
    ],
    [
      'a cursor that is none',
      async (it: TidingsSubscriptions): Promise<unknown> => it.create({ name: 'a', cursor: {} as never }),
      '/cursor/sequence',
    ],
    [
      'a sequence that is none',
      async (it: TidingsSubscriptions): Promise<unknown> => it.acknowledge('a', 'four'),
      '/sequence',
    ],
  ])('refuses %s without asking, and says where', async (_what, act, path) => {
    const { api, subscriptions, run } = setUp(shown);
    expect(await thrownBy(run(act(subscriptions)))).toMatchObject({ name: 'TidingsError', errors: [{ path }] });
    expect(api.requests).toEqual([]);
  });
});
