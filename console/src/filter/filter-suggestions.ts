import type { Filter } from '@tidings/client';
import type { EventTypeDescription } from '../hub/description.ts';
import type { Identity } from '../session/identity.ts';

/** For each list of a filter but that of types, values that may be meant. Others are as good. */
export type FilterSuggestions = Readonly<Record<Exclude<keyof Filter, 'types'>, readonly string[]>>;

const TYPE = /^[^.]+\.([^:]+):([^@]+)@/;

/** Values that the hub's types and the reader's own claims suggest, each once and in order. */
export function filterSuggestions(
  types: readonly EventTypeDescription[],
  { organizations }: Pick<Identity, 'organizations'>,
): FilterSuggestions {
  const parts = types.flatMap(({ type }) => {
    const [, entity, action] = TYPE.exec(type) ?? [];
    return entity === undefined || action === undefined ? [] : [{ entity, action }];
  });
  return {
    entities: sorted(parts.map(({ entity }) => entity)),
    actions: sorted(parts.map(({ action }) => action)),
    organizations: sorted(organizations),
    subjects: [],
  };
}

const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
