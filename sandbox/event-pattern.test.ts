import { describe, expect, it } from 'vitest';
import { compilePattern } from './event-pattern.ts';

const event = {
  source: 'com.tidings.bank',
  resources: ['one', 'two'],
  detail: { state: 'Open', amount: 12.5, empty: null, tags: ['x', 'y'], customer: { name: 'Ada' } },
};

describe('an event pattern', () => {
  it.each([
    ['a value', { source: ['com.tidings.bank', 'other'] }, true],
    ['another value', { source: ['other'] }, false],
    ['null', { detail: { empty: [null] } }, true],
    ['a value of a list in the event', { resources: ['two'] }, true],
    ['two fields, of which one does not match', { source: ['com.tidings.bank'], detail: { state: ['Closed'] } }, false],
    ['a nested field', { detail: { customer: { name: ['Ada'] } } }, true],
    ['a prefix', { source: [{ prefix: 'com.' }] }, true],
    ['the empty prefix', { source: [{ prefix: '' }] }, true],
    ['the empty prefix of a field that is not there', { missing: [{ prefix: '' }] }, false],
    ['a suffix', { source: [{ suffix: '.bank' }] }, true],
    ['another case', { detail: { state: [{ 'equals-ignore-case': 'OPEN' }] } }, true],
    ['anything but a value', { detail: { state: [{ 'anything-but': ['Closed'] }] } }, true],
    ['anything but the value', { detail: { state: [{ 'anything-but': 'Open' }] } }, false],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'com.' } }] }, false],
    ['a field that exists', { detail: { state: [{ exists: true }] } }, true],
    ['a field that must not exist', { detail: { other: [{ exists: false }] } }, true],
    ['a range', { detail: { amount: [{ numeric: ['>', 10, '<=', 12.5] }] } }, true],
    ['a range beside it', { detail: { amount: [{ numeric: ['<', 12.5] }] } }, false],
    ['a wildcard', { source: [{ wildcard: 'com.*.ba*k' }] }, true],
    ['a wildcard that overlaps itself', { detail: { state: [{ wildcard: 'Open*n' }] } }, false],
    ['one of several', { $or: [{ source: ['other'] }, { detail: { amount: [12.5] } }] }, true],
  ])('with %s', (_name, pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  it('is refused for an operator that it does not know, by name', () => {
    expect(() => compilePattern({ detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, 'Resource "Rule", EventPattern')).toThrow(
      /Resource "Rule", EventPattern, detail, ip: uses the operator \{"cidr":"10.0.0.0\/8"\}, which the sandbox does not know/,
    );
  });

  it('is refused when it is empty, or a value is no list', () => {
    expect(() => compilePattern({})).toThrow(/expected an object with at least one field/);
    expect(() => compilePattern({ source: 'com.tidings' })).toThrow(/found "com.tidings"/);
  });
});
