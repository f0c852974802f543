import { expect, it } from 'vitest';
import { ageOf, untilThen } from './age.ts';
import { formatBytes } from './storage.ts';

const NOW = new Date('2026-01-31T09:30:00Z');
const before = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

it.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h 0 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d 0 h'],
  [14 * 86_400 + 7200, '14 d 2 h'],
])('%d seconds ago is %s', (seconds, text) => {
  expect(ageOf(before(seconds), NOW)).toBe(text);
});

it('what is past is over', () => {
  expect(untilThen(before(0), NOW)).toBe('over');
  expect(untilThen(before(-90), NOW)).toBe('1 min');
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [3_565_158, '3.4 MB'],
  [2 ** 50, '1024.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
