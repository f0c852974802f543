import type { ProducedEvent } from '@tidings/contracts';
import {
  describe,
  escapePointer,
  identifierProblem,
  isTidingsError,
  parseEvent,
  type Violation,
} from '@tidings/contracts';
import { SOURCE_BY_TYPE } from '@tidings/contracts/gen/constants.ts';
import type { EventDataByType } from '@tidings/contracts/gen/event-types.ts';
import type { EventTypeName, NewEvent } from '../events/typed-events.ts';
import { nearestType } from './nearest-type.ts';
import { platform } from './platform.ts';
import { failed } from './publish-error.ts';
import { activeTrace } from './trace-context.ts';

/** A whole CloudEvent, as it is sent. It may be published, as often as need be: its id is fixed. */
export type CompleteEvent<Type extends EventTypeName = EventTypeName> = {
  readonly [Name in Type]: ProducedEvent & {
    readonly type: Name;
    readonly time: string;
    readonly data: EventDataByType[Name];
  };
}[Type];

const LISTS: ReadonlySet<string> = new Set(['organizationids', 'userids', 'roleids']);

/** What a producer may say at the top of an event. */
const ATTRIBUTES = [
  ...['specversion', 'id', 'source', 'type', 'time', 'subject', 'datacontenttype', 'dataschema', 'tenantid'],
  ...LISTS,
  ...['actorid', 'correlationid', 'causationid', 'traceparent', 'tracestate'],
] as const;

/** Names that are no extension's. The last ones are the hub's, or stand for data. */
const TAKEN: ReadonlySet<string> = new Set([
  ...ATTRIBUTES,
  ...['data', 'extensions', 'sequence', 'recordedtime', 'dataref', 'data_base64'],
]);

/**
 * The whole CloudEvent that an event to publish stands for: with id, time, source and the active trace. Publishing does
 * this by itself; do it before to know the id, or to keep the event until it was accepted.
 *
 * @throws PublishError EVENT_MALFORMED, EVENT_TYPE_UNKNOWN, RANDOM_UNAVAILABLE
 */
export function newEvent<Type extends EventTypeName>(event: NewEvent<Type>): CompleteEvent<Type> {
  return completeEvent(event, () => Date.now()) as unknown as CompleteEvent<Type>;
}

/** @param event whatever a program without types may pass */
export function completeEvent(event: unknown, now: () => number): ProducedEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw malformed([{ path: '', message: `expected an event as an object, found ${describe(event)}` }]);
  }
  const given = event as Readonly<Record<string, unknown>>;
  const source = sourceOf(given['type']);
  const violations: Violation[] = [];
  const values = new Map<string, unknown>([
    ['specversion', given['specversion'] ?? '1.0'],
    ['id', given['id'] ?? randomId()],
    ['source', given['source'] ?? source],
    ['type', given['type']],
    ['time', toTime(given['time'] ?? now())],
  ]);
  const isWhole = given['specversion'] !== undefined;
  for (const name of ATTRIBUTES) {
    const value = given[name];
    if (values.has(name) || value === undefined || value === null) continue;
    values.set(name, LISTS.has(name) ? joinList(name, value, isWhole, violations) : value);
  }
  if (!values.has('traceparent') && !values.has('tracestate')) {
    for (const [name, value] of Object.entries(activeTrace())) values.set(name, value);
  }
  for (const [name, value] of extensionsOf(given, isWhole, violations)) values.set(name, value);
  const { data } = given;
  if (data === undefined) violations.push({ path: '/data', message: 'expected the data of the event, found nothing' });
  values.set('data', data);
  const complete = Object.fromEntries(values);
  violations.push(...envelopeProblems(complete));
  if (violations.length > 0) throw malformed(violations);
  return complete as unknown as ProducedEvent;
}

function sourceOf(type: unknown): string {
  if (typeof type === 'string' && Object.hasOwn(SOURCE_BY_TYPE, type)) return SOURCE_BY_TYPE[type as EventTypeName];
  const nearest = typeof type === 'string' ? nearestType(type) : undefined;
  const message = `expected an event type that this package knows, found ${describe(type)}`;
  throw failed('EVENT_TYPE_UNKNOWN', `No such event type: ${message}`, {
    errors: [{ path: '/type', message }],
    ...(nearest !== undefined && {
      advice: `Did you mean ${nearest}? If the type is new, install a version of @tidings/client that knows it`,
    }),
  });
}

function randomId(): string {
  const { crypto } = platform();
  if (typeof crypto?.randomUUID === 'function') return crypto.randomUUID();
  throw failed(
    'RANDOM_UNAVAILABLE',
    'Expected crypto.randomUUID to make an id, found none: browsers have it on secure pages only',
  );
}

/** Text as it is, because an instant may be written in many ways; whether it is one is checked with the rest. */
function toTime(time: unknown): unknown {
  const date = typeof time === 'number' ? new Date(time) : time;
  if (!(date instanceof Date)) return date;
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString();
}

/** In a whole CloudEvent a list is text already; elsewhere a comma in an identifier is a mistake that would widen it. */
function joinList(name: string, value: unknown, isWhole: boolean, violations: Violation[]): unknown {
  if (isWhole && typeof value === 'string') return value;
  const identifiers: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (identifiers.length === 0) {
    const message = `expected at least one identifier, found an empty list: leave "${name}" out to restrict nothing`;
    violations.push({ path: `/${name}`, message });
    return undefined;
  }
  const problems = identifiers.map(identifierProblem);
  if (problems.every((found) => found === undefined)) return identifiers.join(',');
  problems.forEach((message, index) => {
    const path = Array.isArray(value) ? `/${name}/${index}` : `/${name}`;
    if (message !== undefined) violations.push({ path, message });
  });
  return undefined;
}

function extensionsOf(
  given: Readonly<Record<string, unknown>>,
  isWhole: boolean,
  violations: Violation[],
): readonly (readonly [string, unknown])[] {
  const { extensions = {} } = given;
  if (typeof extensions !== 'object' || extensions === null || Array.isArray(extensions)) {
    violations.push({ path: '/extensions', message: `expected an object, found ${describe(extensions)}` });
    return [];
  }
  const named = Object.entries(extensions as Record<string, unknown>).filter(([, value]) => value !== undefined);
  for (const [name] of named) {
    if (!TAKEN.has(name)) continue;
    const message = 'expected a name of your own, found that of an attribute which stands elsewhere';
    violations.push({ path: `/extensions/${escapePointer(name)}`, message });
  }
  const others = Object.entries(given).filter(([name, value]) => !TAKEN.has(name) && value !== undefined);
  if (!isWhole) {
    // A misspelt `userids` would show the event to everybody, so nothing unknown is carried along unasked.
    for (const [name] of others) {
      const message = 'expected no attribute of this name; those of your own belong into "extensions"';
      violations.push({ path: `/${escapePointer(name)}`, message });
    }
    return named.filter(([name]) => !TAKEN.has(name));
  }
  return [...others, ...named.filter(([name]) => !TAKEN.has(name))];
}

/** What the hub would find wrong with all but the data. */
function envelopeProblems(event: Readonly<Record<string, unknown>>): readonly Violation[] {
  const present = Object.entries(event).filter(([, value]) => value !== undefined);
  try {
    parseEvent(Object.fromEntries(present));
    return [];
  } catch (error) {
    if (isTidingsError(error)) return error.errors;
    throw error;
  }
}

function malformed(errors: readonly Violation[]) {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return failed('EVENT_MALFORMED', `Not an event that the hub takes: ${first?.path ?? ''} ${first?.message}${more}`, {
    errors,
  });
}
