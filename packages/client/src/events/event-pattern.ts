import { compilePattern } from '@tidings/contracts';
import { SOURCE_BY_TYPE } from '@tidings/contracts/gen/constants.ts';
import type { EventConditions } from './event-conditions.ts';
import type { EventTypeName, PatternThatMatches, TypesMatching } from './typed-events.ts';

/** What a rule of EventBridge matches: the CDK's `EventPattern` as far as it is needed here. */
export interface EventBridgePattern {
  /** The CDK wants lists that may be changed. */
  readonly source: string[];
  readonly detailType: string[];
  readonly detail?: Record<string, unknown>;
}

export type EventPatternErrorCode =
  /** No event type that this package knows matches the pattern. */
  | 'PATTERN_MATCHES_NOTHING'
  /** A condition is empty, so nothing could meet it, or is none that EventBridge knows. */
  | 'CONDITION_INVALID'
  /** The pattern is longer than EventBridge ever takes. */
  | 'PATTERN_TOO_LONG';

/** A pattern that no rule could use. Programs make patterns while they are deployed, so it shows there. */
export class EventPatternError extends Error {
  override readonly name = 'EventPatternError';
  readonly code: EventPatternErrorCode;

  constructor(code: EventPatternErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Most characters of an event pattern: 2,048 by default, and 4,096 where the quota was raised.
 * Source: EventBridge user guide, "Quotas".
 */
const MAX_PATTERN_CHARACTERS = 4096;

/** Attributes that hold several identifiers, separated by commas. */
const LISTS: ReadonlySet<string> = new Set(['organizationids', 'userids', 'roleids']);

/**
 * What an EventBridge rule, or a CDK `Rule`, takes to receive events from a bus of Tidings.
 *
 * The types that match are listed by name. A `wildcard` filter could say less: its `*` crosses dots, so `bank.*` would
 * take in `bank.invoice.line:created@v1` as well. And a list takes in only what this version of the package knows, so
 * no rule hands a function an event that it was not compiled for. Deploy with a newer package to receive newer types.
 *
 * Conditions on `organizationids`, `userids` and `roleids` need a wildcard, because the event holds a list as text: a
 * bus has at most 30 rules with wildcards. Source: EventBridge user guide, "Quotas".
 *
 * @param pattern a type or a pattern such as `bank.transaction:*`; `*` stands for any run of characters but `.`
 * @param conditions what else must hold; a value, or a list of values and of EventBridge's filters
 * @throws EventPatternError if nothing matches, a condition is empty, or the whole is longer than EventBridge takes
 *
 * @example
 * ```ts
 * new Rule(stack, 'LargeTransfers', {
 *   eventBus,
 *   eventPattern: eventPattern('bank.transaction:*', {
 *     tenantid: ['acme', 'globex'],
 *     data: { status: { text: 'posted', code: [{ numeric: ['>=', 200] }] } },
 *   }),
 * });
 * ```
 */
export function eventPattern<const Pattern extends string>(
  pattern: Pattern & PatternThatMatches<Pattern>,
  conditions: EventConditions<TypesMatching<Pattern>> = {},
): EventBridgePattern {
  const matches = compilePattern(pattern);
  const types = Object.keys(SOURCE_BY_TYPE).filter((type): type is EventTypeName => matches(type));
  if (types.length === 0) {
    throw new EventPatternError(
      'PATTERN_MATCHES_NOTHING',
      `Expected a pattern that matches a known event type, found ${JSON.stringify(pattern)}. Known are: ` +
        `${Object.keys(SOURCE_BY_TYPE).join(', ')}`,
    );
  }
  const detail = detailOf(conditions);
  const result: EventBridgePattern = {
    source: [...new Set(types.map((type) => SOURCE_BY_TYPE[type]))],
    detailType: types,
    ...(Object.keys(detail).length > 0 && { detail }),
  };
  const { length } = JSON.stringify(result);
  if (length > MAX_PATTERN_CHARACTERS) {
    throw new EventPatternError(
      'PATTERN_TOO_LONG',
      `Expected at most ${MAX_PATTERN_CHARACTERS} characters, found ${length}: EventBridge takes no longer event ` +
        'pattern. Make several rules, one for each module for example, or give fewer conditions',
    );
  }
  return result;
}

function detailOf(conditions: EventConditions): Record<string, unknown> {
  const entries = Object.entries(conditions).flatMap(([name, condition]: [string, unknown]) => {
    if (condition === undefined) return [];
    const value = LISTS.has(name) ? inList(alternatives(condition, name), name) : nested(condition, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** An object leads deeper, as in the data; anything else is a value or a list of alternatives. */
function nested(condition: unknown, where: string): unknown {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition))
    return alternatives(condition, where);
  const entries = Object.entries(condition).flatMap(([key, inner]: [string, unknown]) => {
    const value = inner === undefined ? undefined : nested(inner, `${where}.${key}`);
    return value === undefined ? [] : [[key, value] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function alternatives(condition: unknown, where: string): unknown[] {
  const list: readonly unknown[] = Array.isArray(condition) ? condition : [condition];
  if (list.length === 0) {
    throw new EventPatternError(
      'CONDITION_INVALID',
      `Expected at least one value for ${where}, found an empty list, which nothing could meet. Leave ${where} out to ` +
        'take every event',
    );
  }
  return [...list];
}

/** An identifier in a list such as `a,b,c` stands alone, first, last or between others. No identifier holds a comma. */
function inList(identifiers: readonly unknown[], where: string): unknown[] {
  return identifiers.flatMap((identifier) => {
    if (typeof identifier !== 'string') {
      throw new EventPatternError(
        'CONDITION_INVALID',
        `Expected identifiers for ${where}, found ${JSON.stringify(identifier)}: the event holds a list, on which ` +
          'EventBridge has no other filters',
      );
    }
    const escaped = identifier.replaceAll(/[\\*]/g, (character) => `\\${character}`);
    return [identifier, { prefix: `${identifier},` }, { suffix: `,${identifier}` }, { wildcard: `*,${escaped},*` }];
  });
}
