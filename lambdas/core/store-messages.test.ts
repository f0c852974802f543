import { asSequence, asTenantId, type Code, LIMITS, parseJson } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { bankEvent, intakeMessage, notingPorts } from '../../test/property/store-worker.ts';
import { createGeneratedDefinitions } from '../adapters/generated-definitions.ts';
import { createMemoryEventLog } from '../adapters/memory/event-log.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { readIntakeMessage } from './intake-message.ts';
import type { EventLog } from './ports/event-log.ts';
import { type StorePorts, storeMessages } from './store-messages.ts';

const definitions = createGeneratedDefinitions();
const tenant = asTenantId('acme');
const surroundings = { ...systemSurroundings, pause: async () => undefined };

describe('storing messages', () => {
  let log: EventLog;
  let noted: ReturnType<typeof notingPorts>;
  let ports: StorePorts;
  beforeEach(() => {
    log = createMemoryEventLog(systemSurroundings);
    noted = notingPorts();
    ports = { ...noted.ports, log, definitions, surroundings };
  });
  const store = (messages: Parameters<typeof storeMessages>[0], with_: Partial<StorePorts> = {}) =>
    storeMessages(messages, { days: 1 }, { ...ports, ...with_ });
  const ledger = async () => {
    const { events } = await log.readLedger(tenant, asSequence(0), (await log.head(tenant)).sequence, 1000);
    return events.map(({ id }) => id);
  };
  const message = (id: string, extra: Record<string, unknown> = {}) =>
    intakeMessage(id, { ...bankEvent('acme', id), ...extra });

  it('orders a batch by time, and events of one time by arrival', async () => {
    await store([
      message('late', { time: '2026-03-01T12:00:00.500Z' }),
      message('first', { time: '2026-03-01T13:00:00+02:00' }),
      message('a', { time: '2026-03-01T12:00:00Z' }),
      message('b', { time: '2026-03-01T12:00:00Z' }),
    ]);
    expect(await ledger()).toEqual(['first', 'a', 'b', 'late']);
  });

  it('stores a batch of several tenants, each in its own order, and rings once for each', async () => {
    const other = intakeMessage('x', bankEvent('other', 'x'));
    const result = await store([message('a'), other, message('b')]);
    expect(result).toMatchObject({ stored: 3, duplicates: 0, buried: [], failed: [] });
    expect(noted.rings.map(({ tenant: of, head }) => [of, head]).toSorted()).toEqual([
      ['acme', 2],
      ['other', 1],
    ]);
  });

  it('stores the rest of a batch whose other events are recorded already', async () => {
    await store([message('a')]);
    const result = await store([message('a'), message('b'), message('b')]);
    expect(result).toMatchObject({ stored: 1, duplicates: 2, failed: [] });
    expect(await ledger()).toEqual(['a', 'b']);
  });

  it('loses nothing when it crashes between commit and doorbell: the redelivered message rings again', async () => {
    const crash = { ring: () => Promise.reject(new Error('crashed')) };
    const first = await store([message('a')], { doorbell: crash });
    expect(first.failed).toMatchObject([{ message: { id: 'message-a' } }]);
    expect(await ledger()).toEqual(['a']);
    const again = await store([{ ...message('a'), receiveCount: 2 }]);
    expect(again).toMatchObject({ stored: 0, duplicates: 1, failed: [] });
    expect(noted.rings).toEqual([{ tenant: 'acme', head: 1, occasion: 'message-a:2' }]);
    expect(await ledger()).toEqual(['a']);
  });

  it('rings only after the commit', async () => {
    const order: string[] = [];
    const commit: EventLog['commit'] = async (what) => {
      const outcome = await log.commit(what);
      order.push(outcome.kind);
      return outcome;
    };
    await store([message('a')], {
      log: { ...log, commit },
      doorbell: {
        ring: async () => {
          order.push('ring');
        },
      },
    });
    expect(order).toEqual(['committed', 'ring']);
  });

  it('gives each ring after a redelivery an occasion of its own, and a plain ring none', async () => {
    await store([message('a')]);
    await store([{ ...message('a'), receiveCount: 2 }]);
    await store([{ ...message('a'), receiveCount: 3 }]);
    const occasions = noted.rings.map(({ occasion }) => occasion);
    expect(occasions).toEqual([undefined, 'message-a:2', 'message-a:3']);
  });

  it.each<[string, ReturnType<typeof intakeMessage>, Code]>([
    ['no JSON', { id: 'm', body: 'hello', receiveCount: 1, isLastTry: false }, 'BODY_NOT_JSON'],
    ['no CloudEvent', intakeMessage('m', { hello: 'world' }), 'EVENT_MALFORMED'],
    [
      'an unknown type',
      intakeMessage('m', { ...bankEvent('acme', 'm'), type: 'bank.test:vanished@v1' }),
      'EVENT_TYPE_UNKNOWN',
    ],
    ['data that breaks the schema', intakeMessage('m', { ...bankEvent('acme', 'm'), data: {} }), 'EVENT_DATA_INVALID'],
    [
      'an event of another module than its bus',
      intakeMessage('m', bankEvent('acme', 'm'), 'community'),
      'EVENT_MODULE_MISMATCH',
    ],
  ])('buries %s with the reason, and does not ask for it again', async (_, bad, code) => {
    const result = await store([message('good'), bad]);
    expect(result).toMatchObject({ stored: 1, buried: [{ message: { id: bad.id }, code }], failed: [] });
    expect(noted.buried).toEqual([{ body: bad.body, code }]);
    expect(await ledger()).toEqual(['good']);
  });

  it('asks for a bad message again if it could not be buried', async () => {
    const deadLetters = { send: () => Promise.reject(new Error('no queue')) };
    const result = await store([{ id: 'm', body: 'hello', receiveCount: 1, isLastTry: false }, message('good')], {
      deadLetters,
    });
    expect(result.failed).toMatchObject([{ message: { id: 'm' } }]);
    expect(await ledger()).toEqual(['good']);
  });

  it('fails the messages of a tenant whose log fails, and of no other', async () => {
    const commit: EventLog['commit'] = (what) =>
      what.tenant === tenant ? Promise.reject(new Error('down')) : log.commit(what);
    const result = await store([message('a'), intakeMessage('x', bankEvent('other', 'x'))], {
      log: { ...log, commit },
    });
    expect(result).toMatchObject({ stored: 1, failed: [{ message: { id: 'message-a' } }] });
  });

  it('gives up on a log that stays contended, so that the queue decides', async () => {
    const commit: EventLog['commit'] = async () => ({ kind: 'contended' });
    let now = 0;
    const pause = async (milliseconds: number) => {
      now += Math.ceil(milliseconds);
    };
    const clock = { ...surroundings, now: () => new Date(now), random: () => 0.5, pause };
    const result = await store([message('a')], { log: { ...log, commit }, surroundings: clock });
    expect(result.failed).toMatchObject([
      { message: { id: 'message-a' }, cause: { message: expect.stringContaining('contended for 15 s') } },
    ]);
  });

  it('gives up in time where each of several commits is contended for long: the function must not be killed', async () => {
    let now = 0;
    let last = 0;
    const commit: EventLog['commit'] = async (what) => {
      if (now - last < 14_000) return { kind: 'contended' };
      last = now;
      return await log.commit(what);
    };
    const pause = async (milliseconds: number) => {
      now += Math.ceil(milliseconds);
    };
    const clock = { ...surroundings, now: () => new Date(now), random: () => 0.5, pause };
    const messages = Array.from({ length: 200 }, (_, i) => message(`n${i}`));
    const result = await store(messages, { log: { ...log, commit }, surroundings: clock });
    expect(result.failed).toHaveLength(200);
    expect(now).toBeLessThan(18_000);
  });

  it('splits what is too much for one commit, in order', async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `n${String(i).padStart(3, '0')}`);
    const sizes: number[] = [];
    const commit: EventLog['commit'] = (what) => {
      sizes.push(what.events.length);
      return log.commit(what);
    };
    await store(
      ids.map((id) => message(id)),
      { log: { ...log, commit } },
    );
    expect(await ledger()).toEqual(ids);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(98);
  });

  it('takes the time of the bus for an event without one', async () => {
    const { time: _, ...timeless } = bankEvent('acme', 'a');
    await store([intakeMessage('a', timeless)]);
    const [json] = (await log.readEvents(tenant, await ledger())).values();
    expect(JSON.parse(json ?? '{}')).toMatchObject({ time: '2026-03-01T12:00:00Z' });
  });

  it('stores the good messages of a batch in which one cannot even be judged', async () => {
    const find: typeof definitions.find = (type) => {
      const definition = definitions.find(type);
      const validate = (data: unknown) => {
        if (JSON.stringify(data).includes('Poison')) throw new RangeError('broken');
        return definition?.validate(data) ?? [];
      };
      return definition && { ...definition, validate };
    };
    const data = { ...(bankEvent('acme', 'x')['data'] as object), firstName: 'Poison' };
    const result = await store([message('poison', { data }), message('good')], {
      definitions: { ...definitions, find },
    });
    expect(result).toMatchObject({
      stored: 1,
      failed: [{ message: { id: 'message-poison' }, cause: { message: 'broken' } }],
    });
    expect(await ledger()).toEqual(['good']);
  });

  it('buries with the reason what fails at its last try, because the queue would bury it without', async () => {
    const commit: EventLog['commit'] = () => Promise.reject(new RangeError('down'));
    const last = { ...message('a'), receiveCount: 5, isLastTry: true };
    const result = await store([last], { log: { ...log, commit } });
    expect(result).toMatchObject({
      stored: 0,
      failed: [],
      buried: [{ message: { id: 'message-a' }, code: 'INTERNAL_ERROR' }],
    });
    expect(noted.buried).toEqual([{ body: last.body, code: 'INTERNAL_ERROR' }]);
  });

  it('takes behind the bus what is as deep as it may be before it', () => {
    const deepest = LIMITS.jsonDepth - 1;
    const detail = { ...bankEvent('acme', 'deep'), data: JSON.parse(`${'['.repeat(deepest)}${']'.repeat(deepest)}`) };
    expect(() => parseJson(JSON.stringify(detail))).not.toThrow();
    const anything = {
      ...definitions,
      find: () => ({ type: '', module: 'bank', source: 'com.tidings.bank', validate: () => [] }),
    };
    expect(readIntakeMessage(intakeMessage('deep', detail).body, anything)).toMatchObject({ event: { id: 'deep' } });
  });
});
