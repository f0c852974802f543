import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

test('finds the names that a misspelt one may have meant, nearest first', () => {
  expect(nearest('tial', ['token', 'publish', 'tail'])).toEqual(['tail']);
  expect(nearest('deleted', ['created', 'deleted', 'delete'])).toEqual(['deleted', 'delete']);
});

test('finds none where none is near', () => {
  expect(nearest('subscriptions', ['tail'])).toEqual([]);
  expect(didYouMean('subscriptions', ['tail'])).toBe('');
});
