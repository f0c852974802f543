import { parseEventType } from '@tidings/contracts';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { describe, expect, it } from 'vitest';
import { isBroadcast } from './generated-broadcast.ts';
import { createGeneratedDefinitions } from './generated-definitions.ts';

const definitions = createGeneratedDefinitions();
const validate = (type: string, data: unknown) => definitions.find(type)?.validate(data);

const TRANSACTION = {
  transactionId: '185b6bae-0d40-447b-886f-dcd3aa11648b',
  license: 'l;1:2@3',
  status: { text: 'created', code: 100 },
  sourceUris: ['urn:x'],
};
const CREATED = 'bank.transaction:created@v1';

describe('the generated definitions', () => {
  it('are those of the catalogue', () => {
    expect(definitions.types).toEqual(eventTypes.map(({ type }) => type));
    expect(definitions.types.length).toBeGreaterThanOrEqual(8);
  });

  it.each(eventTypes)(
    'of $type know its module and source, and accept its examples',
    ({ type, module, source, examples }) => {
      expect(definitions.find(type)).toMatchObject({ type, module, source });
      expect(module).toBe(parseEventType(type)?.module);
      expect(examples.length).toBeGreaterThan(0);
      expect(examples.map((example) => validate(type, example))).toEqual(examples.map(() => []));
    },
  );

  it.each(eventTypes)('of $type refuse what is no object', ({ type }) => {
    for (const data of [undefined, null, 'text', 1, []]) {
      expect(validate(type, data)).toEqual([expect.objectContaining({ path: '' })]);
    }
  });

  it.each(['bank.transaction:created@v2', 'constructor', '__proto__', 'toString', ''])('do not know %j', (type) => {
    expect(definitions.find(type)).toBeUndefined();
    expect(isBroadcast(type)).toBe(false);
  });

  it('say which types may go to browsers', () => {
    expect(eventTypes.map(({ type }) => isBroadcast(type))).toEqual(eventTypes.map((entry) => entry.clientBroadcast));
  });
});

describe('a violation of a schema', () => {
  it.each<[string, object, string, RegExp]>([
    ['a missing property', { license: undefined }, '', /required property 'license', found an object$/],
    ['a wrong kind', { license: 7 }, '/license', /^expected string, found 7$/],
    ['a wrong format', { transactionId: 'x' }, '/transactionId', /uuid.*, found "x"$/],
    ['a wrong value', { status: { text: 'gone', code: 1 } }, '/status/text', /: created, found "gone"$/],
    ['a wrong item', { sourceUris: ['urn:x', 5] }, '/sourceUris/1', /^expected string, found 5$/],
    ['a property too many', { 'a/b': 1 }, '', /: "a\/b", found an object$/],
  ])('says where, what was expected and what was found: %s', (_, change, path, message) => {
    const data: unknown = JSON.parse(JSON.stringify({ ...TRANSACTION, ...change }));
    expect(validate(CREATED, data)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it('names the one value that would do', () => {
    const [example] = eventTypes.find(({ type }) => type === 'community.member:left@v1')?.examples ?? [];
    const { verb: _verb, ...rest } = example as Record<string, unknown>;
    expect(validate('community.member:left@v1', { ...rest, verb: 'stay' })).toEqual([
      { path: '/verb', message: expect.stringMatching(/"leave".*, found "stay"$/) },
    ]);
  });

  it('comes with others, up to a number that fits into an answer', () => {
    const broken = { ...TRANSACTION, sourceUris: Array.from({ length: 500 }, () => 'x'.repeat(10)).map(() => 1) };
    const violations = validate(CREATED, broken) ?? [];
    expect(violations.length).toBeGreaterThan(0);
    expect(violations.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(validate(CREATED, { ...TRANSACTION, license: 7 })).length).toBeLessThan(2000);
  });

  it('does not grow with what was found', () => {
    const huge = { ...TRANSACTION, transactionId: 'x'.repeat(100_000), ['y'.repeat(100_000)]: 1 };
    expect(JSON.stringify(validate(CREATED, huge)).length).toBeLessThan(5000);
  });

  it('belongs to the call that it came from', () => {
    const first = validate(CREATED, { ...TRANSACTION, license: 7 });
    validate(CREATED, TRANSACTION);
    expect(first).toEqual([{ path: '/license', message: 'expected string, found 7' }]);
  });
});
