import { compileFilter, FILTER_LISTS, type Filter, type RecordedEvent, splitList } from '@tidings/contracts';

/** A filter as the hub's query takes it, and what is left for the client to choose. */
export interface FilterQuery {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Absent if the query says everything. */
  readonly chooses: ((event: RecordedEvent) => boolean) | undefined;
}

/**
 * A query separates the values of a list by commas and has no way to escape one. Only a subject can hold one; a list in
 * which one does is not asked for, but chosen from what comes.
 */
export function filterQuery(filter: Filter): FilterQuery {
  const lists = FILTER_LISTS.flatMap((name) => {
    const values = filter[name];
    return values === undefined || values.length === 0 ? [] : [{ name, values }];
  });
  const isSayable = ({ values }: (typeof lists)[number]): boolean => !values.some((value) => value.includes(','));
  const unsayable = lists.filter((list) => !isSayable(list));
  const matches = compileFilter(Object.fromEntries(unsayable.map(({ name, values }) => [name, values])));
  return {
    parameters: lists.filter(isSayable).map(({ name, values }) => [name, values.join(',')] as const),
    chooses:
      unsayable.length === 0
        ? undefined
        : ({ type, subject, organizationids }) => matches({ type, subject, organizations: splitList(organizationids) }),
  };
}
