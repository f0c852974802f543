import { describe, expect, it } from 'vitest';
import type { HubDescription } from '../../hub/description.ts';
import type { CatalogueIndex, IndexEntry } from './catalogue-data.ts';
import { differencesOf, entriesOf, searchIndex, typeParts } from './catalogue-index.ts';

const entry = (type: string, more: Partial<IndexEntry> = {}): IndexEntry => ({
  type,
  title: 'An event',
  owner: null,
  producers: [],
  consumers: [],
  clientBroadcast: true,
  isDeprecated: false,
  ...more,
});

const module = (name: string, ...entries: readonly IndexEntry[]) => ({
  name,
  source: `com.acme.${name}`,
  scope: name,
  buses: [],
  entries,
});

const INDEX: CatalogueIndex = {
  modules: [
    module('mail', entry('mail.letter:sent@v1', { title: 'Letter sent', consumers: ['archive'] })),
    module('shop', entry('shop.order:paid@v1', { owner: 'Team Pay' }), entry('shop.order:placed@v2')),
  ],
};

const hubOf = (...names: readonly string[]): HubDescription => {
  const types = names.map((type) => ({
    type,
    module: '',
    source: '',
    title: type,
    description: '',
    dataSchema: {},
    example: undefined,
  }));
  return { types, byType: new Map(types.map((each) => [each.type, each])), codes: new Map() };
};

const found = (search: string) => entriesOf(searchIndex(INDEX, search)).map(({ type }) => type);

describe('searching the catalogue', () => {
  it('finds by type, title, owner and service, whatever the case and the order of words', () => {
    expect(found('ORDER shop')).toEqual(['shop.order:paid@v1', 'shop.order:placed@v2']);
    expect(found('sent letter')).toEqual(['mail.letter:sent@v1']);
    expect(found('pay team')).toEqual(['shop.order:paid@v1']);
    expect(found('archive')).toEqual(['mail.letter:sent@v1']);
  });

  it('finds everything by nothing, and leaves out modules without a find', () => {
    expect(found('  ')).toHaveLength(3);
    expect(searchIndex(INDEX, 'placed').modules.map(({ name }) => name)).toEqual(['shop']);
    expect(searchIndex(INDEX, 'no such thing').modules).toEqual([]);
  });

  it('takes what means something to a regular expression for itself', () => {
    expect(found('.*')).toEqual([]);
    expect(found('@v2')).toEqual(['shop.order:placed@v2']);
  });
});

describe('comparing the catalogue with a hub', () => {
  it('finds what one has and the other lacks', () => {
    const hub = hubOf('mail.letter:sent@v1', 'shop.order:placed@v2', 'shop.order:placed@v3');
    expect(differencesOf(INDEX, hub)).toEqual({
      onlyInHub: ['shop.order:placed@v3'],
      onlyInCatalogue: ['shop.order:paid@v1'],
    });
  });

  it('finds nothing where both have the same', () => {
    const hub = hubOf('mail.letter:sent@v1', 'shop.order:paid@v1', 'shop.order:placed@v2');
    expect(differencesOf(INDEX, hub)).toEqual({ onlyInHub: [], onlyInCatalogue: [] });
  });
});

describe('the parts of a type', () => {
  it('are its module, entity, action and version', () => {
    expect(typeParts('bank.transaction:created@v1')).toEqual({
      module: 'bank.',
      entity: 'transaction',
      action: 'created',
      version: 'v1',
    });
  });

  it('are none where it is written in another way', () => {
    expect(typeParts('something')).toBeUndefined();
  });
});
