import { describe, expect, it, vi } from 'vitest';
import { FakeHub } from '../../test/fake-hub.ts';
import type { DeliveryError } from '../delivery/index.ts';
import { TidingsLive } from '../live/index.ts';
import { newEvent, PublishError, type Publisher } from '../publish/index.ts';
import { createTopics, type TopicEvent, type Topics } from './index.ts';

const JOHN = {
  firstName: 'John',
  lastName: 'Doe',
  favoriteColor: 'Red',
  registrationDate: '2026-01-31T09:30:00Z',
} as const;
const test = (subject: string) => ({ type: 'bank.test:created@v1', tenantid: 'acme', subject, data: JOHN }) as const;
const left = (subject: string) =>
  ({ type: 'bank.transaction:deleted@v1', tenantid: 'acme', subject, data: {} as never }) as const;

interface World {
  readonly topics: Topics;
  /** Lets happen what is under way. */
  readonly pass: () => Promise<void>;
  /** What the hub was sent. */
  readonly sent: readonly { readonly id: string; readonly subject?: string | undefined }[];
  /** Makes the hub refuse what comes. */
  readonly refuse: () => void;
}

/** A publisher that keeps what it is given, and passes it on. */
function recorder(onSent: (event: TopicEvent) => void = () => undefined) {
  const sent: TopicEvent[] = [];
  let refusal: PublishError | undefined;
  const publisher = {
    publish: async (event: never) => {
      if (refusal !== undefined) throw refusal;
      const complete = newEvent(event) as unknown as TopicEvent;
      sent.push(complete);
      onSent(complete);
      return { id: complete.id, type: complete.type };
    },
  } as unknown as Publisher;
  const refuse = (): void => {
    refusal = new PublishError({ code: 'EVENT_DATA_INVALID', detail: 'as the test says' } as never);
  };
  return { sent, publisher, refuse };
}

function createLocal(): World {
  const { sent, publisher, refuse } = recorder();
  return { topics: createTopics({ local: true, publisher }), pass: async () => undefined, sent, refuse };
}

function createAcrossHub(): World {
  const hub = new FakeHub();
  const live = new TidingsLive({ url: 'wss://hub.example/v1', token: () => 'token', surroundings: hub.surroundings });
  const { sent, publisher, refuse } = recorder((event) => {
    hub.head += 1;
    hub.epoch = 'e1';
    const sequence = `${hub.head}`.padStart(20, '0');
    const events = [{ ...event, sequence, recordedtime: '2026-01-31T09:30:01Z' }];
    for (const socket of hub.open) {
      hub.send(socket, { type: 'events', from: hub.head, through: hub.head, replay: false, events });
    }
  });
  return { topics: createTopics({ hub: { live, publisher } }), pass: () => hub.surroundings.pass(1000), sent, refuse };
}

describe.each([
  ['inside a process', createLocal],
  ['across the hub', createAcrossHub],
])('topics %s', (_, create) => {
  it('give an event to whose pattern matches it, complete', async () => {
    const { topics, pass } = create();
    const seen: unknown[] = [];
    topics.on('bank.test:*', (event) => seen.push(event));
    topics.on('community.*', () => expect.unreachable());
    await pass();
    const { id, type } = await topics.publish(test('test/1'));
    await pass();
    expect(seen).toMatchObject([
      { id, type, specversion: '1.0', source: 'com.tidings.bank', subject: 'test/1', tenantid: 'acme', data: JOHN },
    ]);
    expect(new Date((seen[0] as TopicEvent).time).getTime()).toBeGreaterThan(0);
  });

  it('call handlers in their order, after the taps, which see everything', async () => {
    const { topics, pass } = create();
    const seen: string[] = [];
    topics.on('*', ({ subject }) => seen.push(`first ${subject}`));
    topics.on('bank.test:created@v1', ({ subject }) => seen.push(`second ${subject}`));
    const untap = topics.tap(({ subject }) => seen.push(`tap ${subject}`));
    await pass();
    await topics.publish(test('a'));
    await topics.publish(left('b'));
    await pass();
    untap();
    await topics.publish(test('c'));
    await pass();
    expect(seen).toEqual(['tap a', 'first a', 'second a', 'tap b', 'first b', 'first c', 'second c']);
  });

  it('keep a failing handler or tap from nobody, and tell of it', async () => {
    const { topics, pass } = create();
    const [seen, errors]: [string[], DeliveryError[]] = [[], []];
    const off = topics.onError((error) => errors.push(error));
    topics.tap(() => Promise.reject(new Error('tap')));
    topics.on('bank.*', () => {
      throw new Error('handler');
    });
    topics.on('*', ({ subject }) => seen.push(subject ?? ''));
    await pass();
    const { id } = await topics.publish(test('a'));
    await pass();
    expect(seen).toEqual(['a']);
    expect(errors.map(({ code, eventId, pattern, cause }) => [code, eventId, pattern, String(cause)]).sort()).toEqual([
      ['HANDLER_FAILED', id, '*', 'Error: tap'],
      ['HANDLER_FAILED', id, 'bank.*', 'Error: handler'],
    ]);
    off();
    const console = vi.spyOn(globalThis.console, 'error').mockImplementation(() => undefined);
    await topics.publish(test('b'));
    await pass();
    expect(console).toHaveBeenCalledTimes(2);
    console.mockRestore();
  });

  it('send what is persistent to the hub, under the id that handlers see', async () => {
    const { topics, pass, sent } = create();
    const seen: string[] = [];
    topics.on('bank.*', ({ id }) => seen.push(id));
    await pass();
    const { id } = await topics.publish(test('a'), { persistent: true });
    await pass();
    expect([seen, sent.map((event) => event.id)]).toEqual([[id], [id]]);
  });

  it('call no handler for what the hub refuses', async () => {
    const { topics, pass, refuse } = create();
    topics.on('*', () => expect.unreachable());
    refuse();
    await pass();
    await expect(topics.publish(test('a'), { persistent: true })).rejects.toThrow(PublishError);
    await pass();
  });

  it('refuse an event of no known type', async () => {
    const { topics } = create();
    await expect(topics.publish({ ...test('a'), type: 'bank.test:created@v9' } as never)).rejects.toMatchObject({
      code: 'EVENT_TYPE_UNKNOWN',
    });
  });

  it('have topics of their own, to publish on and to subscribe to', async () => {
    const { topics, pass } = create();
    const seen: unknown[] = [];
    const topic = topics.topic('bank.test:created@v1');
    const off = topic.subscribe(({ data }) => seen.push(data.firstName));
    topics.topic('bank.*').subscribe(({ type }) => seen.push(type));
    await pass();
    await topic.publish({ tenantid: 'acme', data: JOHN });
    await pass();
    off();
    await topic.publish({ tenantid: 'acme', data: JOHN });
    await pass();
    expect(seen).toEqual(['John', 'bank.test:created@v1', 'bank.test:created@v1']);
  });

  it('give nothing after a signal, and nothing after they were closed', async () => {
    const { topics, pass } = create();
    const controller = new AbortController();
    const seen: string[] = [];
    topics.on('*', () => seen.push('aborted'), { signal: controller.signal });
    topics.on('*', () => seen.push('closed'));
    controller.abort();
    await pass();
    await topics.publish(test('a'));
    await pass();
    await topics.close();
    await topics.close();
    await expect(topics.publish(test('b'))).rejects.toThrow('they were closed');
    expect(seen).toEqual(['closed']);
  });
});

describe('topics inside a process', () => {
  it('send the hub only what is persistent', async () => {
    const { topics, sent } = createLocal();
    await topics.publish(test('a'));
    await topics.publish(test('b'), { persistent: true });
    expect(sent.map(({ subject }) => subject)).toEqual(['b']);
  });

  it('refuse to make an event persistent without a publisher, rather than to lose it', async () => {
    const topics = createTopics({ local: true });
    await expect(topics.publish(test('a'), { persistent: true })).rejects.toThrow('Expected a publisher');
  });

  it('have published when all handlers have settled', async () => {
    const topics = createTopics({ local: true });
    const seen: string[] = [];
    topics.on('*', async ({ subject }) => {
      await Promise.resolve();
      if (subject === 'outer') await topics.publish(test('inner'));
      seen.push(subject ?? '');
    });
    await topics.publish(test('outer'));
    expect(seen).toEqual(['inner', 'outer']);
  });
});

describe('topics that cannot be', () => {
  it.each([
    ['neither local nor across a hub', {}],
    ['both', { local: true, hub: {} }],
    ['without a live client', { hub: { publisher: { publish: () => undefined } } }],
    ['without a publisher', { hub: { live: { on: () => undefined } } }],
  ])('are refused: %s', (_, options) => {
    expect(() => createTopics(options as never)).toThrow(TypeError);
  });
});
