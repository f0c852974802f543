import type { HubDescription } from '../../hub/description.ts';
import type { CatalogueIndex, IndexEntry } from './catalogue-data.ts';

/**
 * The types that a search is for: all of its words are in what the list says of them, whatever their case and order.
 * Modules without one are left out.
 */
export function searchIndex({ modules }: CatalogueIndex, search: string): CatalogueIndex {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isMeant = (entry: IndexEntry): boolean => {
    const { type, title, owner, producers, consumers } = entry;
    const said = [type, title, owner ?? '', ...producers, ...consumers].join('\n').toLowerCase();
    return words.every((word) => said.includes(word));
  };
  return {
    modules: modules
      .map((module) => ({ ...module, entries: module.entries.filter(isMeant) }))
      .filter(({ entries }) => entries.length > 0),
  };
}

export const entriesOf = ({ modules }: CatalogueIndex): readonly IndexEntry[] =>
  modules.flatMap(({ entries }) => entries);

/** Where the catalogue that was built in and the hub that runs are of different schemas; types in their order. */
export interface Differences {
  /** The hub takes them, and the catalogue has no page of them. */
  readonly onlyInHub: readonly string[];
  /** The catalogue has a page of them, and the hub does not take them. */
  readonly onlyInCatalogue: readonly string[];
}

export function differencesOf(index: CatalogueIndex, { types, byType }: HubDescription): Differences {
  const built = entriesOf(index).map(({ type }) => type);
  const known = new Set(built);
  return {
    onlyInHub: types.map(({ type }) => type).filter((type) => !known.has(type)),
    onlyInCatalogue: built.filter((type) => !byType.has(type)),
  };
}

/** The parts of a type's name; who reads ten of them looks for the part that differs. */
export interface TypeParts {
  /** With the dot: `bank.` */
  readonly module: string;
  readonly entity: string;
  readonly action: string;
  readonly version: string;
}

export function typeParts(type: string): TypeParts | undefined {
  const found = /^(?<module>.*\.)(?<entity>[^.:]+):(?<action>[^@]+)@(?<version>.+)$/.exec(type)?.groups;
  if (found === undefined) return undefined;
  const { module = '', entity = '', action = '', version = '' } = found;
  return { module, entity, action, version };
}
