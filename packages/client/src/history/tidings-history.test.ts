import { asSequence, type Filter } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { recordedEvent } from '../../test/recorded-event.ts';
import { type ApiReaction, ScriptedApi, thrownBy } from '../../test/scripted-api.ts';
import { answer, problemAnswer } from '../../test/scripted-hub.ts';
import { TidingsHistory } from './tidings-history.ts';

function setUp(...script: readonly ApiReaction[]) {
  const api = new ScriptedApi(...script);
  const history = new TidingsHistory(api.options());
  return { api, history, run: <Value>(promise: Promise<Value>) => api.time.run(promise) };
}

const numbers = (from: number, through: number): readonly number[] =>
  Array.from({ length: Math.max(0, through - from + 1) }, (_, index) => from + index);

const page = (from: number, through: number, head: number): ApiReaction => {
  const events = numbers(from, through).map(recordedEvent);
  return () => answer(200, { epoch: 'e1', events, through, head });
};

const CUT = { reason: 'retention', epoch: 'e1', oldest: 7, head: 9 } as const;
const cut: ApiReaction = () => answer(410, { status: 410, code: 'HISTORY_CUT', detail: 'gone', ...CUT });
const cursor = (sequence: number) => ({ epoch: 'e1', sequence: asSequence(sequence) });

async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe('a page of history', () => {
  it.each([
    ['the oldest', {}, '/events'],
    ['a sequence', { after: 41, limit: 10 }, '/events?after=41&limit=10'],
    ['a cursor', { after: cursor(41) }, '/events?after=41&epoch=e1'],
    ['a cursor before any event', { after: { ...cursor(0), epoch: '' } }, '/events?after=0&epoch='],
    ['a time', { since: '2026-01-31T10:30:00+01:00' }, '/events?since=2026-01-31T10%3A30%3A00%2B01%3A00'],
    ['a date', { since: new Date(0) }, '/events?since=1970-01-01T00%3A00%3A00.000Z'],
    [
      'what a filter lets through',
      { filter: { types: ['bank.*', 'community.member:*'], subjects: ['a & b'], actions: [] } },
      '/events?types=bank.*%2Ccommunity.member%3A*&subjects=a%20%26%20b',
    ],
  ])('is asked for from %s on', async (_what, options, path) => {
    const { api, history, run } = setUp(page(1, 2, 9));
    const read = await run(history.page(options));
    expect(api.paths).toEqual([`GET ${path}`]);
    const events = [recordedEvent(1), recordedEvent(2)];
    expect(read).toEqual({ kind: 'page', epoch: 'e1', events, through: 2, head: 9 });
  });

  it('chooses by itself what a query cannot say: a subject with a comma', async () => {
    const subjects = ['a,b', 'c', undefined];
    const events = subjects.map((subject, index) => ({ ...recordedEvent(index + 1), subject }));
    const { api, history, run } = setUp(() => answer(200, { epoch: 'e1', events, through: 3, head: 3 }));
    const filter: Filter = { types: ['bank.*'], subjects: ['a,b', 'd'] };
    const read = await run(history.page({ filter }));
    expect(api.paths).toEqual(['GET /events?types=bank.*']);
    expect(read).toMatchObject({ events: [{ subject: 'a,b' }], through: 3 });
  });

  it('says that there is none after the cursor, and what is left', async () => {
    const { history, run } = setUp(cut);
    expect(await run(history.page({ after: cursor(2) }))).toEqual({ kind: 'reset', ...CUT });
  });

  it.each([
    ['a limit that is none', { limit: 0 }],
    ['a limit that is too large', { limit: 1001 }],
    ['a sequence that is none', { after: -1 }],
    ['a cursor that is none', { after: { epoch: 'e1' } }],
    ['a date that is none', { since: new Date(Number.NaN) }],
    ['a place and a time', { after: 1, since: new Date(0) }],
    ['a filter that cannot be used', { filter: { type: ['bank.*'] } }],
  ])('refuses %s without asking', async (_what, wrong) => {
    const { api, history, run } = setUp(page(1, 1, 1));
    const error = await thrownBy(run(history.page(wrong as never)));
    expect((error as Error).name).toMatch(/^(TypeError|TidingsError)$/);
    expect(api.requests).toEqual([]);
  });

  it('does not take for a page what is none', async () => {
    const { history, run } = setUp(() => answer(200, { hello: 'world' }));
    expect(await thrownBy(run(history.page()))).toMatchObject({ name: 'HubError', code: 'ANSWER_INVALID' });
  });
});

describe('one event', () => {
  it('is found by its id, whatever is in it', async () => {
    const { api, history, run } = setUp(() => answer(200, recordedEvent(1)));
    expect(await run(history.event('a/b?c'))).toEqual(recordedEvent(1));
    expect(api.paths).toEqual(['GET /events/a%252Fb%253Fc']);
  });

  it('is undefined if there is none, and without asking if there can be none', async () => {
    const { api, history, run } = setUp(() => problemAnswer(404, 'EVENT_NOT_FOUND'));
    expect(await run(history.event('gone'))).toBeUndefined();
    expect(await run(history.event('\ud800'))).toBeUndefined();
    expect(await run(history.event(''))).toBeUndefined();
    expect(api.requests).toHaveLength(1);
  });

  it('is not undefined where the hub has another reason, such as a wrong apiUrl', async () => {
    const { history, run } = setUp(() => problemAnswer(404, 'ROUTE_NOT_FOUND'));
    expect(await thrownBy(run(history.event('e1')))).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  });
});

describe('all events of a stretch', () => {
  it('come page by page up to what was the head when it began', async () => {
    const { api, history, run } = setUp(page(1, 4, 6), page(5, 6, 8));
    const events = await run(all(history.events({ after: 0, filter: { types: ['bank.*'] } })));
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(numbers(1, 6));
    expect(api.paths).toEqual([
      'GET /events?after=0&limit=1000&types=bank.*',
      'GET /events?after=4&epoch=e1&limit=1000&types=bank.*',
    ]);
  });

  it('end with the last that is wanted', async () => {
    const { api, history, run } = setUp(page(1, 4, 9), page(5, 8, 9));
    const events = await run(all(history.events({ since: new Date(0), through: 6, limit: 4 })));
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(numbers(1, 6));
    expect(api.requests).toHaveLength(2);
  });

  it('end with the head if more is wanted than there is', async () => {
    const { history, run } = setUp(page(1, 4, 4));
    expect(await run(all(history.events({ through: 100 })))).toHaveLength(4);
  });

  it('are asked for only as far as the loop goes', async () => {
    const { api, history, run } = setUp(page(1, 4, 100));
    const first = async () => {
      for await (const event of history.events()) return event.id;
      return undefined;
    };
    expect(await run(first())).toBe('event-1');
    expect(api.requests).toHaveLength(1);
  });

  it('end by saying so if history is cut meanwhile', async () => {
    const { history, run } = setUp(page(1, 4, 9), cut);
    expect(await thrownBy(run(all(history.events())))).toMatchObject({
      code: 'HISTORY_CUT',
      status: 410,
      problem: CUT,
    });
  });

  it('do not go round in circles with a page that does not go on', async () => {
    const { api, history, run } = setUp(page(1, 0, 9));
    expect(await thrownBy(run(all(history.events())))).toMatchObject({ code: 'ANSWER_INVALID' });
    expect(api.requests).toHaveLength(2);
  });
});
