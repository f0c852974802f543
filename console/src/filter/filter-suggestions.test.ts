import { describe, expect, it } from 'vitest';
import type { EventTypeDescription } from '../hub/description.ts';
import { filterSuggestions } from './filter-suggestions.ts';

const types = ['bank.transaction:created@v1', 'bank.transaction:created@v2', 'bank.transaction.line:added@v1'].map(
  (type) => ({ type }) as EventTypeDescription,
);

describe('suggestions for a filter', () => {
  const found = filterSuggestions(types, { organizations: ['south', 'north'] });

  it('names entities, actions, and the organisations of who looks, each once', () => {
    expect(found).toMatchObject({
      entities: ['transaction', 'transaction.line'],
      actions: ['added', 'created'],
      organizations: ['north', 'south'],
      subjects: [],
    });
  });
});
