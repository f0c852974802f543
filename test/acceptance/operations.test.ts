import { describe, expect, onTestFinished, it as plain } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { postStructured, publish, putOnBus, readAll, request, tokenFor, waitForHead } from './hub.ts';
import { type ListedLetter, OPERATE, OperationsCaller } from './operations.ts';
import { bury, buryGoodEvents, intakeBody, Operator, operatorTarget } from './operator.ts';
import { expectProblem } from './problem.ts';
import { openSocket } from './socket-client.ts';
import { waitFor } from './wait.ts';

const everybody = new OperationsCaller();

/** Waits until so many letters of a tenant are listed. */
const waitForLetters = (tenant: string, count: number): Promise<readonly ListedLetter[]> =>
  waitFor(
    `${count} letters of ${tenant}`,
    async () => {
      const { letters } = await new OperationsCaller(tenant).letters('intake');
      return letters.length === count ? letters : undefined;
    },
    { deadline: 60_000 },
  );

describe('the health of the hub', () => {
  plain('has the head of the tenant, how far its sockets were served, and how full queues are', async () => {
    const tenant = newTenant('health');
    const caller = new OperationsCaller(tenant);
    expect((await caller.health()).tenant, tenant).toEqual({
      tenantid: tenant,
      epoch: '',
      head: 0,
      fanOut: { through: 0, lag: 0 },
      connections: 0,
    });
    await publish([newEvent(tenant), newEvent(tenant), newEvent(tenant)]);
    await waitForHead(tenant, 3);
    const health = await waitFor('the fan-out at the head', async () => {
      const found = await caller.health();
      return found.tenant?.fanOut.lag === 0 ? found : undefined;
    });
    expect(health.tenant, tenant).toMatchObject({ head: 3, fanOut: { through: 3, lag: 0 } });
    expect(Math.abs(Date.parse(health.time) - Date.now())).toBeLessThan(60_000);
    expect(Object.keys(health.queues)).toEqual([
      'intake',
      'doorbell',
      'intakeDeadLetters',
      'intakeUndeliverable',
      'doorbellDeadLetters',
    ]);
    expect((await everybody.health()).tenant).toBeNull();
  });

  needs('socket-authorizer')('counts the sockets of the tenant, and of no other', async () => {
    const [tenant, other] = [newTenant('sockets'), newTenant('sockets')];
    const token = await tokenFor({ tenant });
    const sockets = [await openSocket({ token }), await openSocket({ token })];
    for (const socket of sockets) await socket.subscribe();
    expect((await new OperationsCaller(tenant).health()).tenant?.connections, tenant).toBe(2);
    expect((await new OperationsCaller(other).health()).tenant?.connections, other).toBe(0);
    sockets[0]?.kill();
    await waitFor('one socket less', async () =>
      (await new OperationsCaller(tenant).health()).tenant?.connections === 1 ? true : undefined,
    );
    sockets[1]?.kill();
  });
});

describe('the metrics of the hub', () => {
  needs('metrics')('have what was stored, and what was refused by its reason', async () => {
    const tenant = newTenant('metrics');
    const before = await everybody.metrics();
    const token = await tokenFor({ tenant });
    expect((await postStructured(newEvent(tenant, { data: {} }), token)).status).toBe(422);
    await publish([newEvent(tenant)]);
    const countOf = ({ rejected }: typeof before): number =>
      rejected.find(({ metric, code }) => metric === 'EventsRejected' && code === 'EVENT_DATA_INVALID')?.count ?? 0;
    const sumOf = ({ series }: typeof before, name: string): number =>
      series.find((one) => one.name === name)?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) ?? 0;
    const after = await waitFor(
      'both in the metrics',
      async () => {
        const found = await everybody.metrics();
        const isThere =
          countOf(found) > countOf(before) && sumOf(found, 'EventsStored') > sumOf(before, 'EventsStored');
        return isThere ? found : undefined;
      },
      { deadline: 60_000 },
    );
    expect(after.periodSeconds).toBe(60);
    expect((Date.parse(after.through) - Date.parse(after.from)) / 60_000).toBe(60);
    for (const { values } of after.series) expect(values).toHaveLength(60);
    expect(after.series.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['EventsAccepted', 'EventsRejected', 'PostsDelivered', 'FanOutLag']),
    );
    const seen = await new OperationsCaller(tenant).metrics(1440);
    expect(seen.periodSeconds).toBe(300);
    expect(sumOf(seen, 'EventsStored')).toBeGreaterThan(0);
  });
});

describe('dead letters over HTTP', () => {
  needs('dead-letters')('are listed with their reason and without their payload, to their tenant only', async () => {
    const [tenant, other] = [newTenant('letters'), newTenant('letters')];
    const poison = newEvent(tenant, { data: { secret: 'of the tenant' } });
    await putOnBus([poison]);
    const [letter] = await waitForLetters(tenant, 1);
    expect(letter, tenant).toMatchObject({
      queue: 'intake',
      tenantid: tenant,
      eventId: poison.id,
      type: poison.type,
      reason: { code: 'EVENT_DATA_INVALID', message: expect.any(String) },
      deliveries: 1,
    });
    expect(JSON.stringify(letter)).not.toContain('of the tenant');
    expect(Math.abs(Date.parse(letter?.receivedTime ?? '') - Date.now())).toBeLessThan(120_000);

    const stranger = new OperationsCaller(other);
    expect((await stranger.letters('intake')).letters, other).toEqual([]);
    const letterIds = [letter?.letterId];
    const nothing = { redriven: 0, missing: letterIds, left: 0 };
    expect(await stranger.redrive({ queue: 'intake', letterIds }), other).toEqual(nothing);
    expect(await stranger.redrive({ queue: 'intake', all: true }), other).toMatchObject({ redriven: 0, missing: [] });

    // It still cannot be stored: it goes, and comes back as another letter.
    const own = new OperationsCaller(tenant);
    expect(await own.redrive({ queue: 'intake', letterIds }), tenant).toMatchObject({ redriven: 1, missing: [] });
    const [again] = await waitForLetters(tenant, 1);
    expect(again, tenant).toMatchObject({ eventId: poison.id });
    const all = (await everybody.letters('intake')).letters.map(({ eventId }) => eventId);
    expect(all).toContain(poison.id);
  });

  needs('dead-letters')('are stored when they are sent back after the cause has gone, by two at once', async () => {
    const [tenant, other] = [newTenant('mended'), newTenant('waiting')];
    const ids = await buryGoodEvents(tenant, 25);
    await buryGoodEvents(other, 2);
    const letters = await waitForLetters(tenant, 25);
    expect(letters.map(({ receivedTime }) => receivedTime)).toEqual(
      letters.map(({ receivedTime }) => receivedTime).toSorted(),
    );
    const caller = new OperationsCaller(tenant);
    const letterIds = letters.slice(0, 5).map(({ letterId }) => letterId);
    const some = await caller.redrive({ queue: 'intake', letterIds: [...letterIds, 'never-there'] });
    expect(some, tenant).toEqual({ redriven: 5, missing: ['never-there'], left: 0 });
    await waitForHead(tenant, 5);
    const two = await Promise.all([1, 2].map(() => caller.redrive({ queue: 'intake', all: true })));
    expect(
      two.reduce((sum, { redriven }) => sum + redriven, 0),
      tenant,
    ).toBeGreaterThanOrEqual(1);
    // What one of them held while the other looked is found by asking again.
    await caller.redrive({ queue: 'intake', all: true });
    await waitForHead(tenant, 25);
    const stored = await readAll(await tokenFor({ tenant }));
    expect(stored.map(({ id }) => id).toSorted(), tenant).toEqual(ids.toSorted());
    await waitForLetters(tenant, 0);
    const waiting = await waitForLetters(other, 2);
    await new OperationsCaller(other).redrive({ queue: 'intake', letterIds: waiting.map(({ letterId }) => letterId) });
  });

  needs('dead-letters')('of EventBridge and of the doorbell go back as well, or say why not', async () => {
    const tenant = newTenant('others');
    const { queues, buses } = operatorTarget();
    const event = newEvent(tenant);
    const body = JSON.stringify(JSON.parse(intakeBody(event)).event);
    const rule = (bus = ''): string => `arn:aws:events:eu-north-1:111122223333:rule/${bus}/everything`;
    const attributes = { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'denied to arn:aws:sqs' };
    await bury(queues.intakeUndeliverable, [
      { body, attributes: { ...attributes, RULE_ARN: rule(buses['bank']) } },
      { body, attributes: { ...attributes, RULE_ARN: rule('of-a-stranger') } },
    ]);
    await bury(queues.doorbellDeadLetters, [{ body: JSON.stringify({ tenant }), group: tenant }]);
    const own = new OperationsCaller(tenant);
    const { letters } = await own.letters('undeliverable');
    expect(letters, tenant).toMatchObject([{ reason: { code: 'NO_PERMISSIONS' } }, { tenantid: tenant }]);
    expect(JSON.stringify(letters)).not.toContain('arn:');
    const letterIds = letters.map(({ letterId }) => letterId);
    expect(await own.redrive({ queue: 'undeliverable', letterIds }), tenant).toEqual({
      redriven: 1,
      missing: [],
      left: 1,
    });
    const why = await everybody.redrive({ queue: 'undeliverable', letterIds: letterIds });
    expect(why.problems?.[0]?.message, tenant).toContain('names no bus of the hub');
    await waitForHead(tenant, 1);
    expect((await own.letters('doorbell')).letters, tenant).toMatchObject([{ queue: 'doorbell', tenantid: tenant }]);
    expect(await own.redrive({ queue: 'doorbell', all: true }), tenant).toMatchObject({ redriven: 1 });
    expect((await own.letters('doorbell')).letters, tenant).toEqual([]);
    // It would stay for whoever sends everything back after this.
    const operator = await Operator.begin();
    onTestFinished(() => operator.end());
    const purge = ['dlq', 'purge', 'undeliverable', '--tenant', tenant, '--yes'];
    expect(await operator.json(...purge)).toMatchObject({ deleted: 1 });
  });
});

describe('what operators ask badly', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
  const QUEUES = 'expected one of intake, undeliverable, doorbell';

  plain.each([
    ['GET', '/operations/dead-letters', undefined, 'QUERY_INVALID', '/queue', `${QUEUES}, found nothing`],
    ['GET', '/operations/dead-letters?queue=outbox', undefined, 'QUERY_INVALID', '/queue', 'found "outbox"'],
    ['GET', '/operations/dead-letters?queue=intake&limit=1001', undefined, 'QUERY_INVALID', '/limit', '1 to 1000'],
    ['GET', '/operations/dead-letters?queue=intake&tenant=a', undefined, 'QUERY_INVALID', '/tenant', 'queue, limit'],
    ['GET', '/operations/metrics?minutes=0', undefined, 'QUERY_INVALID', '/minutes', '1 to 10080, found "0"'],
    ['GET', '/operations/health?verbose=1', undefined, 'QUERY_INVALID', '/verbose', 'this route has none'],
    ['POST', '', { queue: 'outbox', all: true }, 'REDRIVE_INVALID', '/queue', QUEUES],
    ['POST', '', { queue: 'intake', all: true, letterIds: ['a'] }, 'REDRIVE_INVALID', '/all', 'found both'],
    ['POST', '', { queue: 'intake' }, 'REDRIVE_INVALID', '', 'found neither'],
    ['POST', '', { queue: 'intake', all: 'yes' }, 'REDRIVE_INVALID', '/all', 'found "yes"'],
    ['POST', '', { queue: 'intake', letterIds: [] }, 'REDRIVE_INVALID', '/letterIds', 'found 0'],
    ['POST', '', { queue: 'intake', letterIds: ids(10_001) }, 'REDRIVE_INVALID', '/letterIds', 'found 10001'],
    ['POST', '', { queue: 'intake', letterIds: ['a', 7] }, 'REDRIVE_INVALID', '/letterIds/1', 'found 7'],
    ['POST', '', { queue: 'intake', all: true, force: true }, 'REDRIVE_INVALID', '/force', 'queue, letterIds, all'],
    ['POST', '', [], 'REDRIVE_INVALID', '', 'found an array of 0'],
  ])('%s %s is told what was wrong: %j', async (method, path, body, code, pointer, message) => {
    const answer = await everybody.ask(method, path || '/operations/dead-letters/redrive', body);
    const problem = JSON.parse(answer.text);
    expect(problem, answer.text).toMatchObject({ status: 400, code });
    expect(problem.errors).toContainEqual({ path: pointer, message: expect.stringContaining(message) });
  });

  plain('is refused without the scope that it takes, one for looking and one for sending back', async () => {
    const redrive = { queue: 'intake', all: true };
    const looked = await everybody.ask('GET', '/operations/health', undefined, 'operations:write events:read');
    expect(JSON.parse(looked.text)).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
    const sent = await everybody.ask('POST', '/operations/dead-letters/redrive', redrive, 'operations:read bank');
    expect(JSON.parse(sent.text)).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
    expect(sent.text).toContain('operations:write');
  });

  plain('has no other methods and no other routes', async () => {
    const token = await tokenFor({ scope: OPERATE });
    for (const [method, path] of [
      ['POST', '/operations/health'],
      ['DELETE', '/operations/dead-letters'],
      ['GET', '/operations/dead-letters/redrive'],
      ['GET', '/operations'],
    ] as const) {
      expect((await request(method, path, { token })).status, `${method} ${path}`).toBe(404);
    }
    const unread = await everybody.ask('GET', '/operations/health', undefined, 'events:read');
    expectProblem(unread, { status: 403, code: 'SCOPE_MISSING' });
  });
});
