import { describe, expect, it } from 'vitest';
import { FakeQueues } from '../../adapters/memory/message-queues.ts';
import type { QueueMessage } from '../ports/message-queues.ts';
import { type RedriveOptions, redrive } from './redrive.ts';

const DEAD = 'http://dead';
const SOURCE = 'http://source';
const NOW = new Date('2026-01-31T09:30:00Z');

const event = (number: number, tenantid = 'acme'): string =>
  JSON.stringify({ module: 'bank', event: { detail: { id: `e${number}`, tenantid, type: 'bank.test:created@v1' } } });

const letters = (count: number, rest: Partial<QueueMessage> = {}) =>
  Array.from({ length: count }, (_, index) => ({ body: event(index), ...rest }));

const run = (queues: FakeQueues, options: Partial<RedriveOptions> = {}) =>
  redrive({
    queues,
    queue: { name: 'intake', url: DEAD, sourceUrl: SOURCE },
    buses: {},
    uniqueId: () => 'an id',
    fingerprintOf: (body) => body,
    isChosen: () => true,
    most: Number.POSITIVE_INFINITY,
    stop: new AbortController().signal,
    now: () => NOW,
    ...options,
  });

describe('a redrive', () => {
  it('sends every message back as it was, and leaves none', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(53));
    expect(await run(queues)).toMatchObject({ seen: 53, redriven: 53, left: 0, returned: 0, undeleted: 0 });
    expect(queues.bodies(DEAD)).toEqual([]);
    expect(queues.bodies(SOURCE).toSorted()).toEqual(
      letters(53)
        .map(({ body }) => body)
        .toSorted(),
    );
  });

  it('comes to the end of a message group of which SQS gives ten at a time, and to one request only', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...Array.from({ length: 25 }, (_, head) => ({ body: `{"head":${head}}`, groupId: 'acme' })));
    const queue = { name: 'doorbell', url: DEAD, sourceUrl: SOURCE } as const;
    expect(await run(queues, { queue })).toMatchObject({ redriven: 25 });
    expect(queues.bodies(DEAD)).toEqual([]);
  });

  it('never deletes what is not sent, wherever it fails', async () => {
    const failures = Array.from({ length: 14 }, (_, index) => index + 1);
    for (const failing of failures) {
      const queues = new FakeQueues();
      queues.put(DEAD, ...letters(35));
      let requests = 0;
      queues.before = () => {
        requests += 1;
        if (requests === failing) throw new Error('the network is down');
      };
      await run(queues).catch(() => undefined);
      const bodies = new Set([...queues.bodies(DEAD), ...queues.bodies(SOURCE)]);
      expect(bodies.size, `failing at request ${failing}`).toBe(35);
    }
  });

  it('gives back what it held when it fails', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(5));
    queues.before = (action) => {
      if (action === 'send') throw new Error('denied');
    };
    await expect(run(queues)).rejects.toThrow('denied');
    expect(queues.visible(DEAD)).toBe(5);
  });

  it('ends although what it sends comes back at once', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(20));
    queues.onSent = (_, { body }) => queues.put(DEAD, { body, sentAt: NOW });
    expect(await run(queues)).toMatchObject({ redriven: 20 });
    expect(queues.bodies(SOURCE)).toHaveLength(20);
    expect(queues.visible(DEAD)).toBe(20);
  });

  it('ends also where the clock is an hour ahead, by which all that comes back is old', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(60));
    let sent = 0;
    queues.onSent = (_, { body }) => {
      sent += 1;
      if (sent > 1000) throw new Error('a redrive without end');
      queues.put(DEAD, { body, sentAt: NOW });
    };
    const now = () => new Date(NOW.getTime() + 60 * 60 * 1000);
    const { seen, redriven } = await run(queues, { now });
    expect({ seen, redriven }).toEqual({ seen: 360, redriven: 300 });
    expect(queues.visible(DEAD)).toBe(60);
  });

  it('sends copies that are too old to be what it has sent itself', async () => {
    const queues = new FakeQueues();
    const sentAt = new Date(NOW.getTime() - 16 * 60 * 1000);
    queues.put(DEAD, { body: event(1), sentAt }, { body: event(1), sentAt });
    expect(await run(queues)).toMatchObject({ redriven: 2, returned: 0 });
  });

  it('keeps to what is chosen and to the limit, and gives the rest back', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(15), { body: event(99, 'other') });
    const result = await run(queues, { isChosen: ({ tenant }) => tenant === 'acme', most: 12 });
    expect(result.redriven).toBe(12);
    expect(queues.visible(DEAD)).toBe(4);
    expect(queues.bodies(DEAD)).toContain(event(99, 'other'));
  });

  it('goes on past what is not chosen until it has sent as many as it may', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...Array.from({ length: 25 }, (_, index) => ({ body: event(index, 'other') })), ...letters(9));
    const result = await run(queues, { isChosen: ({ tenant }) => tenant === 'acme', most: 7 });
    expect(result.redriven).toBe(7);
    expect(queues.visible(DEAD)).toBe(27);
  });

  it('keeps what SQS refuses, and says why', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(3));
    queues.sendProblem = ({ body }) => (body === event(1) ? 'InvalidMessageContents' : undefined);
    expect(await run(queues)).toMatchObject({ redriven: 2, problems: new Map([['InvalidMessageContents', 1]]) });
    expect(queues.bodies(DEAD)).toEqual([event(1)]);
    expect(queues.visible(DEAD)).toBe(1);
  });

  it('counts what is sent and could not be deleted: it will be sent again', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(2));
    queues.removeProblem = () => 'InternalError';
    expect(await run(queues)).toMatchObject({ redriven: 2, undeleted: 2 });
    expect(queues.bodies(DEAD)).toHaveLength(2);
  });

  it('stays below what one batch may hold', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...Array.from({ length: 6 }, (_, index) => ({ body: `${index}${'x'.repeat(100_000)}` })));
    await run(queues);
    expect(queues.asked.filter((action) => action === 'send')).toHaveLength(3);
  });

  it('stops when it is told to, between two batches', async () => {
    const queues = new FakeQueues();
    queues.put(DEAD, ...letters(100));
    const stop = new AbortController();
    queues.onSent = () => stop.abort();
    const { redriven } = await run(queues, { stop: stop.signal });
    expect(redriven).toBeLessThan(100);
    expect(queues.visible(DEAD)).toBe(100 - redriven);
  });
});
