import { asTenantId, type ProducedEvent } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import { ingest } from './ingest.ts';
import type { EventDefinitions } from './ports/event-definitions.ts';
import type { BusEvent } from './ports/outbound.ts';

const NOW = new Date('2026-01-31T09:30:00.123Z');

const definitions: EventDefinitions = {
  types: ['bank.test:created@v1', 'community.member:joined@v1'],
  find(type) {
    const module = type.split('.')[0] ?? '';
    if (!this.types.includes(type)) return undefined;
    const validate = (data: unknown) => (data === 'bad' ? [{ path: '/x', message: 'must be number' }] : []);
    return { type, module, source: `com.tidings.${module}`, validate };
  },
};

const bank = (id: string, change: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'com.tidings.bank',
  type: 'bank.test:created@v1',
  tenantid: 'acme',
  ...change,
});
const community = (id: string) => bank(id, { source: 'com.tidings.community', type: 'community.member:joined@v1' });

const identity = (change: Partial<Identity> = {}): Identity => ({
  tenant: asTenantId('acme'),
  subject: 'alice',
  organizations: [],
  roles: [],
  scopes: ['bank'],
  expiresAt: 0,
  ...change,
});

/** Ingests, and tells what was put on the bus in each call. */
async function run(
  candidates: readonly unknown[],
  by: Identity = identity(),
  answer: (events: readonly ProducedEvent[]) => readonly (string | undefined)[] = (events) =>
    events.map(() => undefined),
) {
  const puts: (readonly ProducedEvent[])[] = [];
  const bus = {
    put: async (put: readonly BusEvent[]) => {
      const events = put.map(({ json }) => JSON.parse(json) as ProducedEvent);
      expect(put.map(({ event }) => event)).toEqual(events);
      puts.push(events);
      return answer(events);
    },
  };
  const result = await ingest(candidates, by, { definitions, bus, surroundings: { now: () => NOW } });
  return { ...result, puts };
}

describe('events of a request', () => {
  it('that may pass are put on the bus at once, in their order, and accepted', async () => {
    const { accepted, rejected, puts } = await run([bank('a'), bank('b'), bank('a')]);
    expect(accepted).toMatchObject(['a', 'b', 'a'].map((id) => ({ id, type: 'bank.test:created@v1' })));
    expect(rejected).toEqual([]);
    expect(puts.map((events) => events.map(({ id }) => id))).toEqual([['a', 'b', 'a']]);
  });

  it('get the time at which the hub heard of them, unless they have one', async () => {
    const { puts } = await run([bank('a'), bank('b', { time: '2020-01-01T00:00:00Z' }), bank('c', { time: null })]);
    expect(puts[0]).toEqual([
      bank('a', { time: '2026-01-31T09:30:00.123Z' }),
      bank('b', { time: '2020-01-01T00:00:00Z' }),
      bank('c', { time: '2026-01-31T09:30:00.123Z' }),
    ]);
  });

  it('are each judged alone: good ones pass beside bad ones, which are named by their place', async () => {
    const { accepted, rejected, puts } = await run([
      'no event',
      bank('a'),
      bank('b', { data: 'bad' }),
      community('c'),
      bank('d', { tenantid: 'umbrella' }),
      bank('e', { type: 'bank.test:craeted@v1' }),
      bank('f'),
    ]);
    expect(accepted.map(({ id }) => id)).toEqual(['a', 'f']);
    expect(puts.map((events) => events.map(({ id }) => id))).toEqual([['a', 'f']]);
    expect(rejected.map(({ index, id, code }) => [index, id, code])).toEqual([
      [0, undefined, 'EVENT_MALFORMED'],
      [2, 'b', 'EVENT_DATA_INVALID'],
      [3, 'c', 'SCOPE_MISSING'],
      [4, 'd', 'TENANT_MISMATCH'],
      [5, 'e', 'EVENT_TYPE_UNKNOWN'],
    ]);
    expect(rejected[1]).toMatchObject({ detail: expect.stringContaining('/data/x'), errors: [{ path: '/data/x' }] });
  });

  it('of which none may pass are not put on the bus', async () => {
    const { accepted, rejected, puts } = await run([null, bank('a', { data: 'bad' })]);
    expect([accepted, puts]).toEqual([[], []]);
    expect(rejected).toHaveLength(2);
  });

  it('that the bus has not taken are rejected at their place, among those that were bad', async () => {
    const { accepted, rejected } = await run([bank('a'), null, bank('b'), bank('c')], identity(), () => [
      'The bus answered InternalFailure',
      undefined,
      'The bus cannot be reached',
    ]);
    expect(accepted.map(({ id }) => id)).toEqual(['b']);
    expect(rejected.map(({ index, id, code, detail }) => [index, id, code, detail])).toEqual([
      [0, 'a', 'BUS_UNAVAILABLE', 'The bus answered InternalFailure; send it again'],
      [1, undefined, 'EVENT_MALFORMED', expect.any(String)],
      [3, 'c', 'BUS_UNAVAILABLE', 'The bus cannot be reached; send it again'],
    ]);
  });

  it('fail as a whole if the bus throws: nobody can say what was taken', async () => {
    const failing = run([bank('a')], identity(), () => {
      throw new Error('No bus is configured');
    });
    await expect(failing).rejects.toThrow('No bus is configured');
  });
});

describe('a token', () => {
  it.each([[[]], [['community']], [['ban']], [['bank.test']], [['events:read']], [['*']]])(
    'with the scopes %j may not put events of "bank", and learns which scope it lacks',
    async (scopes) => {
      const { accepted, rejected } = await run([bank('a')], identity({ scopes }));
      expect(accepted).toEqual([]);
      expect(rejected).toEqual([
        {
          index: 0,
          id: 'a',
          code: 'SCOPE_MISSING',
          detail: 'Putting bank.test:created@v1 takes the scope "bank", which the token lacks',
          errors: [],
        },
      ]);
    },
  );

  it('with the scopes of both modules may put events of both', async () => {
    const { accepted } = await run([bank('a'), community('b')], identity({ scopes: ['community', 'bank'] }));
    expect(accepted.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('without a tenant serves any tenant', async () => {
    const { accepted } = await run([bank('a'), bank('b', { tenantid: 'umbrella' })], identity({ tenant: undefined }));
    expect(accepted.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each(['ACME', 'acme#', 'acm', 'acme1'])(
    'of "acme" may not put events of %s, and is not told whose they are',
    async (tenantid) => {
      const { rejected } = await run([bank('a', { tenantid })]);
      expect(rejected).toMatchObject([
        {
          code: 'TENANT_MISMATCH',
          errors: [{ path: '/tenantid', message: 'expected the tenant that the token is for, found another' }],
        },
      ]);
    },
  );
});

describe('the id of a rejected event', () => {
  it.each([
    [{ id: 'x' }, 'x'],
    [{ id: '' }, ''],
    [{ id: 'y'.repeat(10_000) }, 'y'.repeat(256)],
    [{ id: 7 }, undefined],
    [{}, undefined],
    [['id'], undefined],
    [null, undefined],
    ['id', undefined],
  ])('of %j is given where one can be read', async (candidate, id) => {
    const { rejected } = await run([candidate]);
    expect(rejected.map((rejection) => rejection.id)).toEqual([id]);
  });
});
