import { asTenantId } from '@tidings/contracts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FakeQueues } from '../../adapters/memory/message-queues.ts';
import { type LetterPorts, listLetters, redriveLetters } from './letters.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const URLS = {
  intake: 'intake',
  doorbell: 'doorbell',
  intakeDeadLetters: 'dead',
  intakeUndeliverable: 'undeliverable',
  doorbellDeadLetters: 'unheard',
};
const [ACME, OTHER] = [asTenantId('acme'), asTenantId('other')];
const SOON = new Date(NOW + 20_000);

const event = (number: number, tenantid: string = ACME): string =>
  JSON.stringify({ module: 'bank', event: { detail: { id: `e${number}`, tenantid, type: 't', data: 'secret' } } });

/** Queues with letters, and a clock that goes on with each request. */
function hubWith(count: number, millisecondsPerRequest = 1) {
  const queues = new FakeQueues();
  const attributes = { code: 'INTERNAL_ERROR', reason: 'Not stored', attempts: '5' };
  queues.put('dead', ...Array.from({ length: count }, (_, index) => ({ body: event(index), attributes })));
  queues.put('dead', { body: event(99, OTHER), attributes });
  let now = NOW;
  let pauses = 0;
  queues.before = () => {
    now += millisecondsPerRequest;
  };
  const ports: LetterPorts = {
    queues,
    urls: URLS,
    buses: {},
    fingerprintOf: (body) => body,
    surroundings: {
      now: () => new Date(now),
      pause: async (milliseconds) => {
        now += milliseconds;
        pauses += 1;
      },
      uniqueId: () => 'id',
    },
  };
  return { queues, ports, pauses: () => pauses };
}

describe('a list of letters', () => {
  it('has those of the tenant, without what they say, and gives all of them back', async () => {
    const { queues, ports } = hubWith(12);
    const query = { queue: 'intake', limit: 100 } as const;
    const page = await listLetters(query, { tenant: ACME, until: SOON }, ports);
    expect(page).toMatchObject({ waiting: 13, complete: true });
    expect(page.letters).toHaveLength(12);
    expect(page.letters[0]).toMatchObject({ tenantid: 'acme', deliveries: 5, reason: { code: 'INTERNAL_ERROR' } });
    expect(JSON.stringify(page)).not.toContain('secret');
    expect(queues.visible('dead')).toBe(13);
    const all = await listLetters(query, { tenant: undefined, until: SOON }, ports);
    expect(all.letters.map(({ tenantid }) => tenantid)).toContain('other');
  });

  it('ends when it is long enough, or when there is no more time, and says that it is not complete', async () => {
    const { queues, ports } = hubWith(60, 100);
    const long = { queue: 'intake', limit: 1000 } as const;
    const short = await listLetters({ ...long, limit: 5 }, { tenant: ACME, until: SOON }, ports);
    expect(short.letters).toHaveLength(5);
    expect(short.complete).toBe(false);
    const until = new Date(ports.surroundings.now().getTime() + 150);
    const cut = await listLetters(long, { tenant: ACME, until }, ports);
    expect(cut.letters.length).toBeLessThan(60);
    expect(cut).toMatchObject({ complete: false, waiting: 61 });
    expect(queues.visible('dead')).toBe(61);
  });

  it('says that it is not complete while somebody else has letters in hand', async () => {
    const { queues, ports } = hubWith(12);
    await queues.receive('dead');
    const query = { queue: 'intake', limit: 100 } as const;
    const page = await listLetters(query, { tenant: undefined, until: SOON }, ports);
    expect(page.letters).toHaveLength(3);
    expect(page).toMatchObject({ waiting: 13, complete: false });
    expect(await listLetters(query, { tenant: undefined, until: SOON }, ports)).toMatchObject({ complete: false });
  });

  it('says that it is not complete where a message group has more than it gives at once', async () => {
    const { queues, ports } = hubWith(0);
    const rings = Array.from({ length: 25 }, () => ({ body: JSON.stringify({ tenant: ACME }), groupId: 'g' }));
    queues.put('unheard', ...rings);
    const page = await listLetters({ queue: 'doorbell', limit: 100 }, { tenant: ACME, until: SOON }, ports);
    expect(page.letters).toHaveLength(10);
    expect(page).toMatchObject({ waiting: 25, complete: false });
    expect(queues.visible('unheard')).toBe(25);
  });

  it('cuts what a message says of itself at any length', async () => {
    const { queues, ports } = hubWith(0);
    const detail = { id: 'x'.repeat(5000), tenantid: ACME, type: '\u{1F600}'.repeat(3000) };
    queues.put('dead', { body: JSON.stringify({ event: { detail } }) });
    const { letters } = await listLetters({ queue: 'intake', limit: 10 }, { tenant: ACME, until: SOON }, ports);
    expect([letters[0]?.eventId?.length, letters[0]?.type?.length]).toEqual([256, 256]);
    expect(letters[0]?.type?.isWellFormed()).toBe(true);
  });
});

describe('a redrive over HTTP', () => {
  it('moves the letters of the tenant and no other, whether named or all', async () => {
    const { queues, ports } = hubWith(12);
    const caller = { tenant: ACME, until: SOON };
    const answer = await redriveLetters({ queue: 'intake', letterIds: ['m1', 'm13', 'nobody’s'] }, caller, ports);
    expect(answer).toEqual({ redriven: 1, missing: ['m13', 'nobody’s'], left: 0 });
    expect(await redriveLetters({ queue: 'intake', all: true }, caller, ports)).toMatchObject({
      redriven: 11,
      left: 0,
    });
    expect(queues.bodies('dead')).toEqual([event(99, OTHER)]);
    expect(queues.bodies('intake')).toHaveLength(12);
  });

  it('waits a moment for letters that somebody else has in hand', async () => {
    const { queues, ports, pauses } = hubWith(3);
    const held = await queues.receive('dead');
    const { pause } = ports.surroundings;
    const surroundings = {
      ...ports.surroundings,
      pause: async (milliseconds: number) => {
        await pause(milliseconds);
        await queues.giveBack(
          'dead',
          held.map(({ receipt }) => receipt),
        );
      },
    };
    const request = { queue: 'intake', letterIds: ['m2'] } as const;
    const answer = await redriveLetters(request, { tenant: ACME, until: SOON }, { ...ports, surroundings });
    expect(answer).toEqual({ redriven: 1, missing: [], left: 0 });
    expect(pauses()).toBe(1);
  });

  it('waits for those of all letters, and counts as left what does not come back', async () => {
    const { queues, ports, pauses } = hubWith(12);
    await queues.receive('dead');
    const request = { queue: 'intake', all: true } as const;
    expect(await redriveLetters(request, { tenant: undefined, until: SOON }, ports)).toEqual({
      redriven: 3,
      missing: [],
      left: 10,
    });
    expect(pauses()).toBeGreaterThan(10);
    queues.showAll('dead');
    expect(await redriveLetters(request, { tenant: undefined, until: SOON }, ports)).toMatchObject({
      redriven: 10,
      left: 0,
    });
  });

  it('sends nothing a second time that comes back while it waits, nor counts it twice', async () => {
    const { queues, ports } = hubWith(12);
    await queues.receive('dead');
    queues.onSent = (_, { body }) => queues.put('dead', { body, sentAt: ports.surroundings.now() });
    queues.sendProblem = ({ body }) => (body === event(11) ? 'InvalidMessageContents' : undefined);
    expect(
      await redriveLetters({ queue: 'intake', all: true }, { tenant: undefined, until: SOON }, ports),
    ).toMatchObject({ redriven: 2, left: 13, problems: [{ count: 1 }] });
    expect(queues.bodies('intake')).toHaveLength(2);
  });

  it('says how many are left when there is no more time, and loses none', async () => {
    const { queues, ports } = hubWith(60, 100);
    const until = new Date(NOW + 350);
    const answer = await redriveLetters({ queue: 'intake', all: true }, { tenant: undefined, until }, ports);
    expect(answer.redriven + answer.left).toBeGreaterThanOrEqual(61);
    expect(answer.left).toBeGreaterThan(0);
    expect(new Set([...queues.bodies('dead'), ...queues.bodies('intake')]).size).toBe(61);
    const late = { tenant: undefined, until: new Date(NOW) };
    expect(await redriveLetters({ queue: 'intake', letterIds: ['m60'] }, late, ports)).toEqual({
      redriven: 0,
      missing: [],
      left: 1,
    });
  });

  it('is over in time where a queue has more letters of others than it can go through', async () => {
    vi.useFakeTimers({ now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    const { queues, ports } = hubWith(0);
    const letters = Array.from({ length: 6000 }, (_, index) => ({ body: event(index, OTHER) }));
    queues.put('dead', ...letters);
    const late = async <Answer>(answer: Answer): Promise<Answer> => {
      await new Promise((answered) => setTimeout(answered, 200));
      return answer;
    };
    const slow: LetterPorts['queues'] = {
      depth: async (url) => late(await queues.depth(url)),
      receive: async (url) => late(await queues.receive(url)),
      send: async (url, messages) => late(await queues.send(url, messages)),
      remove: async (url, receipts) => late(await queues.remove(url, receipts)),
      giveBack: async (url, receipts) => late(await queues.giveBack(url, receipts)),
    };
    const surroundings = { ...ports.surroundings, now: () => new Date() };
    // As the function has it: 29 s, of which it leaves 6 for giving back.
    const caller = { tenant: ACME, until: new Date(NOW + 23_000) };
    let isOver = false;
    const request = { queue: 'intake', all: true } as const;
    void redriveLetters(request, caller, { ...ports, queues: slow, surroundings }).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(28_000);
    expect([isOver, queues.visible('dead')]).toEqual([true, 6001]);
  });

  it('leaves what cannot be sent, and says why to whoever operates the hub', async () => {
    const { queues, ports } = hubWith(2);
    queues.sendProblem = ({ body }) => (body === event(0) ? 'InvalidMessageContents' : undefined);
    const whole = { queue: 'intake', all: true } as const;
    expect(await redriveLetters(whole, { tenant: undefined, until: SOON }, ports)).toEqual({
      redriven: 2,
      missing: [],
      left: 1,
      problems: [{ message: 'InvalidMessageContents', count: 1 }],
    });
    expect(await redriveLetters(whole, { tenant: ACME, until: SOON }, ports)).not.toHaveProperty('problems');
  });
});
