import { expect, it } from 'vitest';
import { ScriptedApi, thrownBy } from '../../test/scripted-api.ts';
import { answer, problemAnswer } from '../../test/scripted-hub.ts';
import { TidingsOperations } from './tidings-operations.ts';

const ANSWERS: Readonly<Record<string, object>> = {
  'GET /operations/health': { time: 'now', tenant: null, queues: {} },
  'GET /operations/metrics?minutes=5': { from: 'a', through: 'b', periodSeconds: 60, series: [], rejected: [] },
  'GET /operations/dead-letters?queue=intake&limit=3': { letters: [], waiting: 2, complete: true },
  'POST /operations/dead-letters/redrive': { redriven: 1, missing: ['b'], left: 0 },
};

it('asks how a hub does, and sends letters back', async () => {
  const api = new ScriptedApi(({ method, path }) => answer(200, ANSWERS[`${method} ${path}`] ?? {}));
  const operations = new TidingsOperations(api.options());
  const redrive = { queue: 'intake', letterIds: ['a', 'b'] } as const;
  const answers = [
    await api.time.run(operations.health()),
    await api.time.run(operations.metrics({ minutes: 5 })),
    await api.time.run(operations.deadLetters({ queue: 'intake', limit: 3 })),
    await api.time.run(operations.redrive(redrive)),
  ];
  expect(answers).toEqual(Object.values(ANSWERS));
  expect(api.paths).toEqual(Object.keys(ANSWERS));
  expect(api.requests.at(-1)?.body).toEqual(redrive);
});

it('sends letters back once, where the answer may have been lost', async () => {
  const api = new ScriptedApi(() => problemAnswer(503, 'BUS_UNAVAILABLE'));
  const redrive = new TidingsOperations(api.options()).redrive({ queue: 'doorbell', all: true });
  expect(await thrownBy(api.time.run(redrive))).toMatchObject({ code: 'BUS_UNAVAILABLE', retryable: true });
  expect(api.requests).toHaveLength(1);
});
