import { LIMITS, TidingsError, type Violation } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { admitEvent, withTime } from './admit-event.ts';
import type { EventDefinition, EventDefinitions } from './ports/event-definitions.ts';

const define = (type: string, validate: (data: unknown) => readonly Violation[] = () => []): EventDefinition => {
  const [module = ''] = type.split('.');
  return { type, module, source: `com.tidings.${module}`, validate };
};

function definitionsOf(...list: readonly EventDefinition[]): EventDefinitions {
  const byType = new Map(list.map((definition) => [definition.type, definition]));
  return { find: (type) => byType.get(type), types: [...byType.keys()] };
}

const DEFINITIONS = definitionsOf(
  define('bank.transaction:created@v1', (data) =>
    data === 'bad'
      ? [
          { path: '', message: 'must be object; found "bad"' },
          { path: '/a~1b', message: 'must be number' },
        ]
      : [],
  ),
  define('bank.transaction:deleted@v1'),
  define('bank.test:created@v1'),
  define('community.member:joined@v1'),
);

const EVENT = {
  specversion: '1.0',
  id: 'e1',
  source: 'com.tidings.bank',
  type: 'bank.transaction:created@v1',
  tenantid: 'acme',
  data: { amount: 1 },
};

function refusal(candidate: unknown, definitions = DEFINITIONS): TidingsError {
  try {
    admitEvent(candidate, definitions);
  } catch (error) {
    expect(error).toBeInstanceOf(TidingsError);
    return error as TidingsError;
  }
  throw new Error('The event was admitted');
}

describe('an event is admitted', () => {
  it('with its module, as it is', () => {
    const { json, ...rest } = admitEvent(EVENT, DEFINITIONS);
    expect(rest).toEqual({ event: EVENT, module: 'bank' });
    expect(JSON.parse(json)).toEqual(EVENT);
  });

  it.each([
    [{}],
    [{ data: null }],
    [{ data: undefined }],
    [{ data: '","id":"x' }],
    [{ subject: 'å"\\', time: '2026-01-31T09:30:00Z' }],
  ])('as JSON that says the same, with a time if it had none: %j', (change) => {
    const admitted = admitEvent({ ...EVENT, ...change }, DEFINITIONS);
    expect(JSON.parse(admitted.json)).toEqual(JSON.parse(JSON.stringify({ ...EVENT, ...change })));
    const { event, json } = withTime(admitted, '2026-02-01T00:00:00Z');
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(event)));
    expect(event.time).toBe(admitted.event.time ?? '2026-02-01T00:00:00Z');
  });

  it('and what validates its data gets the data itself', () => {
    const seen: unknown[] = [];
    const spying = definitionsOf(
      define(EVENT.type, (data) => {
        seen.push(data);
        return [];
      }),
    );
    const { data: _data, ...bare } = EVENT;
    admitEvent(EVENT, spying);
    admitEvent({ ...EVENT, data: null }, spying);
    admitEvent(bare, spying);
    expect(seen).toEqual([{ amount: 1 }, null, undefined]);
  });
});

describe('an event is refused', () => {
  it.each([[null], ['text'], [[]], [{}], [{ ...EVENT, id: '' }]])('if it is no CloudEvent: %j', (candidate) => {
    expect(refusal(candidate).code).toBe('EVENT_MALFORMED');
  });

  it.each([
    ['bank.transaction:craeted@v1', 'bank.transaction:created@v1'],
    ['bank.transaction:created@v2', 'bank.transaction:created@v1'],
    ['bank.transactions:deleted@v1', 'bank.transaction:deleted@v1'],
    // Nearer by letters, but of another module, is not nearer.
    ['bank.member:joined@v1', 'bank.test:created@v1'],
    ['comunity.member:joined@v1', 'community.member:joined@v1'],
  ])('if its type is unknown: %s, with the nearest known one', (type, nearest) => {
    const error = refusal({ ...EVENT, type });
    expect(error.code).toBe('EVENT_TYPE_UNKNOWN');
    expect(error.message).toBe(`No schema for "${type}". Nearest known type: ${nearest}`);
    expect(error.errors).toEqual([
      { path: '/type', message: `expected a type that has a schema, such as ${nearest}; found "${type}"` },
    ]);
  });

  it('if there is no type at all', () => {
    const error = refusal(EVENT, definitionsOf());
    expect(error.message).toBe('No schema for "bank.transaction:created@v1". Nearest known type: none');
    expect(error.errors[0]?.message).toBe('expected a type that has a schema; found "bank.transaction:created@v1"');
  });

  it.each(['com.tidings.community', 'com.tidings.Bank', 'com.tidings.bank.', 'bank'])(
    'if its source is %s',
    (source) => {
      const message = `expected "com.tidings.bank", found "${source}"`;
      expect(refusal({ ...EVENT, source })).toMatchObject({
        code: 'EVENT_SOURCE_MISMATCH',
        errors: [{ path: '/source', message }],
      });
    },
  );

  it('if its data breaks the schema, with pointers into the event', () => {
    const error = refusal({ ...EVENT, data: 'bad' });
    expect(error.code).toBe('EVENT_DATA_INVALID');
    expect(error.message).toBe(
      'The data breaks the schema of bank.transaction:created@v1: /data must be object; found "bad"',
    );
    expect(error.errors).toEqual([
      { path: '/data', message: 'must be object; found "bad"' },
      { path: '/data/a~1b', message: 'must be number' },
    ]);
  });

  it('if it is too large, counted in bytes of its JSON', () => {
    const time = '2026-01-31T09:30:00.000Z';
    const empty = Buffer.byteLength(JSON.stringify({ ...EVENT, time, data: '' }));
    const fill = (bytes: number, character = 'x'): string => character.repeat(bytes / Buffer.byteLength(character));
    const room = LIMITS.eventBytes - empty;
    expect(() => admitEvent({ ...EVENT, time, data: fill(room) }, DEFINITIONS)).not.toThrow();
    expect(refusal({ ...EVENT, time, data: fill(room + 1) })).toMatchObject({
      code: 'EVENT_TOO_LARGE',
      errors: [{ path: '', message: `expected at most 245760 bytes as JSON, found 245761` }],
    });
    expect(refusal({ ...EVENT, time, data: fill(room + 4 - (room % 4), '🦊') }).code).toBe('EVENT_TOO_LARGE');
  });

  it('if it would be too large with the time that the hub gives it', () => {
    // Else it would be accepted, get its time, and be refused when it has come through the bus.
    const time = '2026-01-31T09:30:00.000Z';
    const room = LIMITS.eventBytes - Buffer.byteLength(JSON.stringify({ ...EVENT, time, data: '' }));
    const { event } = admitEvent({ ...EVENT, data: 'x'.repeat(room) }, DEFINITIONS);
    expect(() => admitEvent({ ...event, time }, DEFINITIONS)).not.toThrow();
    expect(refusal({ ...EVENT, data: 'x'.repeat(room + 1) }).code).toBe('EVENT_TOO_LARGE');
  });

  it('with a character that no queue takes, by its place', () => {
    const { code, errors } = refusal({ ...EVENT, subject: 'x\uFFFE' });
    expect([code, errors[0]?.path]).toEqual(['EVENT_MALFORMED', '/subject']);
  });

  it('before its data is looked at, if it is too large', () => {
    const never = definitionsOf(
      define(EVENT.type, () => {
        throw new Error('The data was looked at');
      }),
    );
    expect(refusal({ ...EVENT, data: 'x'.repeat(LIMITS.eventBytes) }, never).code).toBe('EVENT_TOO_LARGE');
  });
});
