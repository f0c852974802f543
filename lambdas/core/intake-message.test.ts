import { LIMITS, TidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { createGeneratedDefinitions } from '../adapters/generated-definitions.ts';
import { ingest } from './ingest.ts';
import { readIntakeMessage } from './intake-message.ts';
import type { BusEvent } from './ports/outbound.ts';

const DEFINITIONS = createGeneratedDefinitions();

const DETAIL = {
  specversion: '1.0',
  id: 'e1',
  source: 'com.tidings.bank',
  type: 'bank.transaction:created@v1',
  tenantid: 'acme',
  time: '2026-01-31T09:30:00.5+01:00',
  data: {
    transactionId: '185b6bae-0d40-447b-886f-dcd3aa11648b',
    license: 'l;1',
    status: { text: 'created', code: 100 },
    sourceUris: ['urn:x'],
  },
};

/** An event as EventBridge hands it on. */
const envelope = (change: object = {}): object => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': DETAIL.type,
  source: DETAIL.source,
  account: '111122223333',
  time: '2026-01-31T08:31:00Z',
  region: 'eu-north-1',
  resources: [],
  detail: DETAIL,
  ...change,
});

const read = (message: unknown) =>
  readIntakeMessage(typeof message === 'string' ? message : JSON.stringify(message), DEFINITIONS).event;

function refusal(message: unknown): TidingsError {
  try {
    read(message);
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    return error as TidingsError;
  }
  throw new Error('The message was not refused');
}

describe('a message of the intake', () => {
  it('carries an event that came by the bus of its module', () => {
    expect(read({ module: 'bank', event: envelope() })).toEqual(DETAIL);
  });

  it('gives an event without a time that of the bus', () => {
    const { time: _time, ...detail } = DETAIL;
    expect(read({ module: 'bank', event: envelope({ detail }) })).toEqual({ ...detail, time: '2026-01-31T08:31:00Z' });
    expect(read({ module: 'bank', event: envelope({ detail: { ...detail, time: null } }) }).time).toBe(
      '2026-01-31T08:31:00Z',
    );
    for (const time of [undefined, null, 'now', 7]) {
      expect(refusal({ module: 'bank', event: envelope({ detail, time }) })).toMatchObject({
        code: 'EVENT_MALFORMED',
        message: expect.stringMatching(/^Expected the time of the bus, found ./),
      });
    }
  });

  it('that was accepted at its full size over HTTP is not too large here', async () => {
    const { time: _time, ...detail } = DETAIL;
    const license = (length: number): object => ({
      ...detail,
      data: { ...DETAIL.data, sourceUris: ['x'.repeat(length)] },
    });
    const put: unknown[] = [];
    const identity = {
      tenant: undefined,
      subject: undefined,
      organizations: [],
      roles: [],
      scopes: ['bank'],
      expiresAt: 0,
    };
    const ports = {
      definitions: DEFINITIONS,
      bus: {
        put: async (events: readonly BusEvent[]) => {
          put.push(...events.map(({ json }) => JSON.parse(json)));
          return events.map(() => undefined);
        },
      },
      surroundings: { now: () => new Date('2026-01-31T09:30:00.000Z') },
    };
    const room = LIMITS.eventBytes - Buffer.byteLength(JSON.stringify(license(0)));
    // All sizes around the limit, with and without room for a time.
    const candidates = Array.from({ length: 60 }, (_, i) => ({
      ...license(room + 5 - i),
      id: `e${String(i).slice(-1)}`,
    }));
    const { accepted, rejected } = await ingest(candidates, identity, ports);
    expect(accepted.length).toBeGreaterThan(0);
    expect(rejected.length).toBeGreaterThan(0);
    for (const event of put) expect(() => read({ module: 'bank', event: envelope({ detail: event }) })).not.toThrow();
  });

  it.each(['community', 'Bank', '', undefined, null, 1, ['bank']])(
    'that came by the bus of %j is refused',
    (module) => {
      const error = refusal({ module, event: envelope() });
      expect(error.code).toBe('EVENT_MODULE_MISMATCH');
      expect(error.message).toMatch(
        /^bank\.transaction:created@v1 belongs on the bus of "bank", and came by that of ./,
      );
    },
  );

  it('is not believed what module it says inside of the event', () => {
    expect(refusal({ module: 'community', event: { ...envelope(), module: 'bank' } }).code).toBe(
      'EVENT_MODULE_MISMATCH',
    );
  });

  it.each([
    ['source', 'com.tidings.community'],
    ['source', undefined],
    ['detail-type', 'bank.transaction:deleted@v1'],
    ['detail-type', ['bank.transaction:created@v1']],
  ])('whose %s is %j, other than its event says, is refused', (field, value) => {
    const { code, errors } = refusal({ module: 'bank', event: envelope({ [field]: value }) });
    expect(code).toBe('EVENT_MALFORMED');
    expect(errors).toEqual([
      { path: `/${field}`, message: expect.stringMatching(/^expected ".+" as in the event itself, found ./) },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', '', 'BODY_NOT_JSON'],
    ['no JSON', 'hello', 'BODY_NOT_JSON'],
    ['null', 'null', 'EVENT_MALFORMED'],
    ['a list', [], 'EVENT_MALFORMED'],
    ['no event', { module: 'bank' }, 'EVENT_MALFORMED'],
    ['an event that is text', { module: 'bank', event: JSON.stringify(envelope()) }, 'EVENT_MALFORMED'],
    ['the event of EventBridge alone', envelope(), 'EVENT_MALFORMED'],
    ['no detail', { module: 'bank', event: envelope({ detail: undefined }) }, 'EVENT_MALFORMED'],
    ['a detail that is no CloudEvent', { module: 'bank', event: envelope({ detail: { a: 1 } }) }, 'EVENT_MALFORMED'],
    ['a detail that is text', { module: 'bank', event: envelope({ detail: '{}' }) }, 'EVENT_MALFORMED'],
    [
      'an event with a sequence',
      { module: 'bank', event: envelope({ detail: { ...DETAIL, sequence: '00000000000000000001' } }) },
      'EVENT_MALFORMED',
    ],
    [
      'an unknown type',
      { module: 'bank', event: envelope({ detail: { ...DETAIL, type: 'bank.x:created@v1' } }) },
      'EVENT_TYPE_UNKNOWN',
    ],
    ['bad data', { module: 'bank', event: envelope({ detail: { ...DETAIL, data: {} } }) }, 'EVENT_DATA_INVALID'],
    ['a bad key', `{"module":"bank","event":{"detail":{"data":{"__proto__":{}}}}}`, 'JSON_KEY_REFUSED'],
    ['20,000 levels', `{"module":"bank","event":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'JSON_TOO_DEEP'],
  ])('that carries %s is refused as %s', (_, message, code) => {
    expect(refusal(message).code).toBe(code);
  });
});
