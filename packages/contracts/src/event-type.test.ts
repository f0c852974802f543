import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTypeProblem, parseEventType, TYPE_GRAMMAR } from './event-type.ts';
import { LIMITS } from './limits.ts';

describe('an event type', () => {
  it.each([
    ['bank.transaction:created@v1', { module: 'bank', entity: 'transaction', action: 'created', version: 1 }],
    [
      'bank.transaction.line:created@v12',
      { module: 'bank', entity: 'transaction.line', action: 'created', version: 12 },
    ],
    ['a.b:c@v1', { module: 'a', entity: 'b', action: 'c', version: 1 }],
    [
      'crm2.sales-order:re-opened@v999999',
      { module: 'crm2', entity: 'sales-order', action: 're-opened', version: 999_999 },
    ],
  ])('%s has its parts', (type, parts) => {
    expect(parseEventType(type)).toEqual(parts);
    expect(eventTypeProblem(type)).toBeUndefined();
  });

  it('gives back the parts that it was put together from', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const word = fc
      .tuple(
        fc.constantFrom(...letters),
        fc.string({ unit: fc.constantFrom(...letters, ...'0123456789-'), maxLength: 10 }),
      )
      .map(([first, rest]) => first + rest);
    const version = fc.integer({ min: 1, max: 999_999 });
    fc.assert(
      fc.property(word, word, fc.option(word, { nil: undefined }), word, version, (module, entity, sub, action, v) => {
        const whole = sub === undefined ? entity : `${entity}.${sub}`;
        expect(parseEventType(`${module}.${whole}:${action}@v${v}`)).toEqual({
          module,
          entity: whole,
          action,
          version: v,
        });
      }),
    );
  });

  it.each([
    [''],
    ['bank'],
    ['bank.transaction'],
    ['bank.transaction:created'],
    ['bank:created@v1'],
    ['.transaction:created@v1'],
    ['bank.:created@v1'],
    ['bank.transaction:@v1'],
    ['bank.transaction:created@v0'],
    ['bank.transaction:created@v01'],
    ['bank.transaction:created@v'],
    ['bank.transaction:created@v1000000'],
    ['bank.transaction:created@v-1'],
    ['bank.transaction:created@v1.5'],
    ['bank.transaction:created@1'],
    ['bank.transaction:created@V1'],
    ['Bank.transaction:created@v1'],
    ['bank.a.b.c:created@v1'],
    ['bank.transaction:created@v1\n'],
    ['\nbank.transaction:created@v1'],
    [' bank.transaction:created@v1'],
    ['bank.trans action:created@v1'],
    ['bank.transaktión:created@v1'],
    ['bank.1transaction:created@v1'],
    ['bank.-transaction:created@v1'],
    ['bank.transaction:created:again@v1'],
    ['bank.transaction:created@v1@v2'],
    ['bank.tr*:created@v1'],
    ['bank.transaction:created@v١'],
  ])('%j is none, and the problem says what was found and expected', (type) => {
    expect(parseEventType(type)).toBeUndefined();
    expect(eventTypeProblem(type)).toBe(`expected ${TYPE_GRAMMAR}, found ${JSON.stringify(type)}`);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [1, '1'],
    [true, 'true'],
    [['bank.transaction:created@v1'], 'an array of 1'],
    [{ type: 'a' }, 'an object'],
  ])('%j is none', (value, found) => {
    expect(eventTypeProblem(value)).toBe(`expected ${TYPE_GRAMMAR}, found ${found}`);
  });

  it('has at most as many characters as EventBridge takes', () => {
    const ofLength = (length: number): string => `b.${'a'.repeat(length - 'b.:c@v1'.length)}:c@v1`;
    expect(parseEventType(ofLength(LIMITS.typeCharacters))).toBeDefined();
    expect(parseEventType(ofLength(LIMITS.typeCharacters + 1))).toBeUndefined();
    expect(LIMITS.typeCharacters).toBe(128);
  });

  it('that is hostile is refused fast', () => {
    const started = performance.now();
    for (let i = 0; i < 10_000; i += 1) parseEventType(`${'a-'.repeat(60)}!`);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(eventTypeProblem('a'.repeat(1_000_000))?.length).toBeLessThan(300);
  });
});
