import { afterEach, expect, it, vi } from 'vitest';
import { systemSurroundings } from './surroundings.ts';

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['for ever', Number.POSITIVE_INFINITY],
  ['for a year', 365 * 24 * 3_600_000],
])('waits %s as long as a timer can, and not for a millisecond', (_, milliseconds) => {
  const setTimeout = vi.fn();
  vi.stubGlobal('setTimeout', setTimeout);
  systemSurroundings().schedule(milliseconds, () => undefined);
  expect(setTimeout.mock.calls[0]?.[1]).toBe(2_147_483_647);
});
