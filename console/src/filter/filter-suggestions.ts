import type { Filter } from '@tidings/client';
import type { EventTypeDescription } from '../hub/description.ts';
import type { Identity } from '../session/identity.ts';

/** For each list of a filter, values that may be meant. Others are as good. */
export type FilterSuggestions = Readonly<Record<keyof Filter, readonly string[]>>;

const TYPE = /^([^.]+)\.([^:]+):([^@]+)@/;

/** Values that the hub's types and the reader's own claims suggest, each once and in order. */
export function filterSuggestions(
  types: readonly EventTypeDescription[],
  { organizations }: Pick<Identity, 'organizations'>,
): FilterSuggestions {
  const parts = types.flatMap(({ type }) => {
    const [, module, entity, action] = TYPE.exec(type) ?? [];
    return module === undefined || entity === undefined || action === undefined ? [] : [{ module, entity, action }];
  });
  // `*` does not reach over a dot, so an entity with a part of its own needs a pattern with as many parts.
  const patterns = parts.flatMap(({ module, entity, action }) => [
    `${module}.${entity.replaceAll(/[^.]+/g, '*')}`,
    `${module}.${entity}:*`,
    `${module}.${entity}:${action}@*`,
  ]);
  return {
    types: sorted([...patterns, ...types.map(({ type }) => type)]),
    entities: sorted(parts.map(({ entity }) => entity)),
    actions: sorted(parts.map(({ action }) => action)),
    organizations: sorted(organizations),
    subjects: [],
  };
}

const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
