import { describe, expect, it } from 'vitest';
import type { QueueMessage } from '../ports/message-queues.ts';
import { readDeadLetter, toRedrive } from './dead-letter.ts';

let ids = 0;
const BUSES = {
  uniqueId: () => {
    ids += 1;
    return `id-${ids}`;
  },
  buses: { bank: 'tidings-dev-bank', community: 'tidings-dev-community' },
};
const RULE_ARN = 'arn:aws:events:eu-north-1:111122223333:rule/tidings-dev-bank/tidings-dev-Everything';
const EVENT = { id: 'e1', tenantid: 'a#b', type: 'bank.test:created@v1', data: { secret: 1 } };

const message = (body: unknown, rest: Partial<QueueMessage> = {}): QueueMessage => ({
  id: 'm',
  receipt: 'r',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  sentAt: new Date(),
  groupId: undefined,
  attributes: {},
  ...rest,
});

describe('a dead letter', () => {
  it('of the intake says whose event it is, and why it is here', () => {
    const attributes = { code: 'EVENT_DATA_INVALID', reason: 'No.', attempts: '5' };
    const found = readDeadLetter('intake', message({ module: 'bank', event: { detail: EVENT } }, { attributes }));
    expect(found).toMatchObject({
      code: 'EVENT_DATA_INVALID',
      reason: 'No.',
      tenant: 'a#b',
      type: 'bank.test:created@v1',
      eventId: 'e1',
      attempts: 5,
    });
  });

  it('of EventBridge says what EventBridge has found', () => {
    const attributes = { RULE_ARN, ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'denied', RETRY_ATTEMPTS: '185' };
    const found = readDeadLetter('undeliverable', message({ 'detail-type': 't', detail: EVENT }, { attributes }));
    expect(found).toMatchObject({ code: 'NO_PERMISSIONS', reason: 'denied', tenant: 'a#b', attempts: 185 });
  });

  it('of the doorbell says whose sockets were not served', () => {
    expect(readDeadLetter('doorbell', message({ tenant: 'acme' }))).toMatchObject({ tenant: 'acme', code: 'none' });
  });

  it.each(['', 'no JSON', 'null', '[]', '1', '{"event":[]}', '{"event":{"detail":{"tenantid":7,"id":{}}}}'])(
    'may be anything: %j',
    (body) => {
      for (const queue of ['intake', 'undeliverable', 'doorbell'] as const) {
        expect(readDeadLetter(queue, message(body))).toMatchObject({
          tenant: undefined,
          eventId: undefined,
          code: 'none',
        });
      }
    },
  );
});

describe('what goes back', () => {
  it('is to the intake what it was, byte by byte', () => {
    const body = '{"module" : "bank","event":{"n":12345678901234567890}}';
    for (const queue of ['intake', 'undeliverable'] as const) {
      expect(toRedrive(readDeadLetter(queue, message(body)), BUSES)).toEqual({ outgoing: { body } });
    }
  });

  it('has the module of the bus beside it where EventBridge kept the event alone, with every digit of its numbers', () => {
    const body = '{"detail-type":"t","detail":{"module":"community","n":12345678901234567890}}';
    const letter = readDeadLetter('undeliverable', message(body, { attributes: { RULE_ARN } }));
    expect(toRedrive(letter, BUSES)).toEqual({ outgoing: { body: `{"module":"bank","event":${body}}` } });
  });

  it.each([
    ['without a rule', {}, 'its RULE_ARN names no bus of the hub: ""'],
    ['with the rule of a stranger', { RULE_ARN: RULE_ARN.replace('-bank/', '-other/') }, 'names no bus of the hub'],
  ])('is nothing %s', (_, attributes, problem) => {
    const letter = readDeadLetter('undeliverable', message({ detail: EVENT }, { attributes }));
    expect(toRedrive(letter, BUSES)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('is no event where there is none', () => {
    const letter = readDeadLetter('undeliverable', message('{}', { attributes: { RULE_ARN } }));
    expect(toRedrive(letter, BUSES)).toEqual({ problem: 'it is no event of EventBridge' });
  });

  it('is nothing that only stands for an event, because EventBridge could not decrypt that', () => {
    const detail = { 'rule-arn': RULE_ARN, 'encrypted-payload': 'AgR4' };
    const body = { source: 'aws.events', 'detail-type': 'Encrypted Events', detail };
    const letter = readDeadLetter('undeliverable', message(body, { attributes: { RULE_ARN } }));
    expect(toRedrive(letter, BUSES)).toEqual({ problem: expect.stringContaining('has encrypted it') });
  });

  it('is a ring of its tenant, under a deduplication id that is new each time', () => {
    const letter = readDeadLetter('doorbell', message({ tenant: 'acme' }, { groupId: 'g' }));
    const [one, other] = [toRedrive(letter, BUSES), toRedrive(letter, BUSES)];
    expect(one).toMatchObject({ outgoing: { fifo: { groupId: 'g' } } });
    expect(one).not.toEqual(other);
    expect(toRedrive(readDeadLetter('doorbell', message('{}')), BUSES)).toEqual({ problem: 'it has no message group' });
  });
});
