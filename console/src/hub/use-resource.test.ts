import { expect, it } from 'vitest';
import { restAfter } from './use-resource.ts';

it('asks a hub that fails more and more rarely, and one that answers at its pace', () => {
  expect([0, 1, 2, 3, 50].map((failures) => restAfter(failures, 5))).toEqual([0, 10, 20, 30, 30]);
});
