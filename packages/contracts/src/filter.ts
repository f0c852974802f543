import { TidingsError, type Violation } from './codes.ts';
import { parseEventType } from './event-type.ts';
import { describe } from './identifiers.ts';
import { escapePointer } from './json-document.ts';
import { LIMITS } from './limits.ts';
import { compilePattern } from './pattern.ts';

/** The lists of a filter, in the order of the documentation. */
export const FILTER_LISTS = ['types', 'entities', 'actions', 'organizations', 'subjects'] as const;

/**
 * Which events a client wants, among those that it may see. OR within a list, AND between lists; a list that is
 * absent or empty asks for nothing in particular.
 */
export interface Filter {
  /** Patterns of types, such as `bank.*`. */
  readonly types?: readonly string[];
  /** Entities, such as `transaction` or `transaction.line`. */
  readonly entities?: readonly string[];
  /** Actions, such as `created`. */
  readonly actions?: readonly string[];
  /** Organisations that the event names in its audience. */
  readonly organizations?: readonly string[];
  /** Subjects, such as `transaction/123`. */
  readonly subjects?: readonly string[];
}

/** Violations that an error names. It must fit into a frame whatever the filter was: a larger one is never posted. */
const MAX_VIOLATIONS = 20;

/** What a filter looks at. */
export interface Filterable {
  readonly type: string;
  readonly subject?: string | undefined;
  readonly organizations?: readonly string[] | undefined;
}

/** A filter made ready for many events. */
export function compileFilter(filter: Filter): (event: Filterable) => boolean {
  const types = filter.types?.length ? filter.types.map(compilePattern) : undefined;
  const entities = asSet(filter.entities);
  const actions = asSet(filter.actions);
  const organizations = asSet(filter.organizations);
  const subjects = asSet(filter.subjects);
  return (event) => {
    if (types && !types.some((matches) => matches(event.type))) return false;
    if (organizations && !event.organizations?.some((organization) => organizations.has(organization))) return false;
    if (subjects && (event.subject === undefined || !subjects.has(event.subject))) return false;
    if (!entities && !actions) return true;
    const parts = parseEventType(event.type);
    if (parts === undefined) return false;
    return (!entities || entities.has(parts.entity)) && (!actions || actions.has(parts.action));
  };
}

/**
 * A filter from something unknown.
 * @param pointer where it stands in the input, for the errors
 * @throws TidingsError FILTER_INVALID, with the first violations
 */
export function parseFilter(value: unknown, pointer = '/filter'): Filter {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid([{ path: pointer, message: `expected an object with lists of strings, found ${describe(value)}` }]);
  }
  const violations: Violation[] = [];
  const filter: { -readonly [List in keyof Filter]: readonly string[] } = {};
  for (const [name, list] of Object.entries(value)) {
    if (!isFilterList(name)) {
      violations.push({
        path: `${pointer}/${escapePointer(name.slice(0, LIMITS.filterValueCharacters))}`,
        message: `expected one of ${FILTER_LISTS.join(', ')}`,
      });
      continue;
    }
    const found = listViolations(list, `${pointer}/${name}`);
    violations.push(...found);
    if (found.length === 0 && list.length > 0) filter[name] = list;
  }
  const characters = JSON.stringify(filter).length;
  if (characters > LIMITS.filterCharacters) {
    const message = `expected at most ${LIMITS.filterCharacters} characters as JSON, found ${characters}`;
    violations.push({ path: pointer, message });
  }
  if (violations.length > 0) throw invalid(violations);
  return filter;
}

const isFilterList = (name: string): name is keyof Filter => (FILTER_LISTS as readonly string[]).includes(name);

const asSet = (list: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  list?.length ? new Set(list) : undefined;

function listViolations(list: unknown, path: string): Violation[] {
  if (!Array.isArray(list)) return [{ path, message: `expected a list of strings, found ${describe(list)}` }];
  if (list.length > LIMITS.filterValues) {
    return [{ path, message: `expected at most ${LIMITS.filterValues} values, found ${list.length}` }];
  }
  return list.flatMap((value: unknown, index) => {
    const problem = valueProblem(value);
    return problem === undefined ? [] : [{ path: `${path}/${index}`, message: problem }];
  });
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return `expected a string with characters, found ${describe(value)}`;
  if (value.length > LIMITS.filterValueCharacters) {
    return `expected at most ${LIMITS.filterValueCharacters} characters, found ${value.length}`;
  }
  return undefined;
}

const invalid = (errors: readonly Violation[]): TidingsError =>
  new TidingsError('FILTER_INVALID', `The filter cannot be used: ${errors[0]?.path} ${errors[0]?.message}`, {
    errors: errors.slice(0, MAX_VIOLATIONS),
  });
