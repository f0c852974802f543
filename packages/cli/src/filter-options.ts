import { compilePattern, type Filter, isTidingsError, parseFilter } from '@tidings/contracts';
import type { Arguments, Options } from './arguments.ts';
import { KNOWN_TYPES } from './example-event.ts';
import { UsageError } from './failure.ts';
import { didYouMean } from './nearest.ts';

/** Which events a command is about. OR within an option, AND between options. */
export const FILTER_OPTIONS = {
  types: {
    type: 'string',
    multiple: true,
    value: 'A,B',
    summary: 'types or patterns such as bank.*',
    complete: 'pattern',
  },
  entities: { type: 'string', multiple: true, value: 'A,B', summary: 'entities such as transaction' },
  actions: { type: 'string', multiple: true, value: 'A,B', summary: 'actions such as created' },
  organizations: { type: 'string', multiple: true, value: 'A,B', summary: 'events for one of these organisations' },
  subjects: { type: 'string', multiple: true, value: 'A,B', summary: 'subjects such as transaction/123' },
} as const satisfies Options;

/**
 * The filter that options ask for.
 * @param patterns further patterns of types, such as a command's arguments
 * @throws UsageError for what the hub would refuse
 */
export function readFilter(given: Arguments<keyof typeof FILTER_OPTIONS>, patterns: readonly string[] = []): Filter {
  const lists = {
    types: [...patterns, ...given.list('types')],
    entities: given.list('entities'),
    actions: given.list('actions'),
    organizations: given.list('organizations'),
    subjects: given.list('subjects'),
  };
  try {
    return parseFilter(lists, '');
  } catch (error) {
    if (!isTidingsError(error)) throw error;
    const [first] = error.errors;
    const place = first?.path.split('/')[1];
    const which = place === undefined || place === '' ? 'the filter' : `the filter by ${place}`;
    throw new UsageError(`${which} cannot be used: ${first?.message ?? error.message}`);
  }
}

/** What to say of patterns that match no type which has a schema here. The hub may know more: it is no error. */
export const strangersIn = ({ types = [] }: Filter): readonly string[] =>
  types
    .filter((pattern) => !KNOWN_TYPES.some(compilePattern(pattern)))
    .map((pattern) => {
      const hint = didYouMean(pattern, KNOWN_TYPES) || `; known: ${KNOWN_TYPES.join(', ')}`;
      return `no known type matches ${JSON.stringify(pattern)}${hint}`;
    });
