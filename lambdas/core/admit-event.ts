import {
  describe,
  LIMITS,
  type ProducedEvent,
  parseEvent,
  parseEventType,
  TidingsError,
  unfitCharacter,
} from '@tidings/contracts';
import { distance } from 'fastest-levenshtein';
import type { EventDefinition, EventDefinitions } from './ports/event-definitions.ts';

/** An event that may be stored, and what the hub knows of its type. */
export interface AdmittedEvent {
  readonly event: ProducedEvent;
  readonly module: string;
  /** The event as JSON, its data last: made to be measured, and good enough to be sent on. */
  readonly json: string;
}

/**
 * Decides whether something may be stored as an event. Producers are checked when they send, and again when the
 * message has come through a bus, because a bus is open to whoever may put on it.
 *
 * @param candidate a JSON value
 * @param mayPut whether the sender may put this event; asked before anything is told about the event's data
 * @throws TidingsError EVENT_MALFORMED, EVENT_TYPE_UNKNOWN, EVENT_SOURCE_MISMATCH, EVENT_DATA_INVALID, EVENT_TOO_LARGE
 */
export function admitEvent(
  candidate: unknown,
  definitions: EventDefinitions,
  mayPut: (event: ProducedEvent, module: string) => void = () => undefined,
): AdmittedEvent {
  const event = parseEvent(candidate);
  const definition = definitions.find(event.type);
  if (definition === undefined) throw unknownType(event.type, definitions);
  mayPut(event, definition.module);
  if (event.source !== definition.source) {
    const message = `expected ${describe(definition.source)}, found ${describe(event.source)}`;
    throw new TidingsError('EVENT_SOURCE_MISMATCH', `The source of ${event.type} is another: ${message}`, {
      errors: [{ path: '/source', message }],
    });
  }
  const json = toFittingJson(event);
  assertData(event, definition);
  return { event, module: definition.module, json };
}

function unknownType(type: string, definitions: EventDefinitions): TidingsError {
  const nearest = nearestOf(type, definitions.types);
  const message = `expected a type that has a schema${nearest ? `, such as ${nearest}` : ''}; found ${describe(type)}`;
  return new TidingsError(
    'EVENT_TYPE_UNKNOWN',
    `No schema for ${describe(type)}. Nearest known type: ${nearest ?? 'none'}`,
    {
      errors: [{ path: '/type', message }],
    },
  );
}

function nearestOf(type: string, known: readonly string[]): string | undefined {
  const module = parseEventType(type)?.module;
  const sameModule = known.filter((one) => parseEventType(one)?.module === module);
  const candidates = sameModule.length > 0 ? sameModule : known;
  return candidates.toSorted((a, b) => distance(type, a) - distance(type, b))[0];
}

/** What an event without a time grows by: the hub fills it in, and checks the event again behind the bus. */
const TIME_BYTES = Buffer.byteLength(',"time":"2026-01-31T09:30:00.000Z"');

/** The event as JSON, if queues and tables behind this take it. Nothing is written as JSON twice to be measured. */
function toFittingJson(event: ProducedEvent): string {
  const { data, ...attributes } = event;
  const attributesJson = JSON.stringify(attributes);
  const json = data === undefined ? attributesJson : withMember(attributesJson, 'data', JSON.stringify(data));
  const bytes = Buffer.byteLength(json) + (event.time === undefined ? TIME_BYTES : 0);
  assertBytes('The event', bytes, LIMITS.eventBytes);
  assertBytes('What the event has besides its data', Buffer.byteLength(attributesJson), LIMITS.attributeBytes);
  const unfit = unfitCharacter(json, event);
  if (unfit === undefined) return json;
  throw new TidingsError('EVENT_MALFORMED', `The event cannot pass a queue: ${unfit.path} ${unfit.message}`, {
    errors: [unfit],
  });
}

/** The JSON of an object, which has members already, with one more. */
const withMember = (object: string, name: string, json: string): string => `${object.slice(0, -1)},"${name}":${json}}`;

/** An admitted event that has a time: its own, or the one given. */
export function withTime({ event, json, module }: AdmittedEvent, time: string): AdmittedEvent {
  if (event.time !== undefined) return { event, json, module };
  return { event: { ...event, time }, json: withMember(json, 'time', JSON.stringify(time)), module };
}

function assertBytes(what: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  const message = `expected at most ${limit} bytes as JSON, found ${bytes}`;
  throw new TidingsError('EVENT_TOO_LARGE', `${what} is too large: ${message}`, { errors: [{ path: '', message }] });
}

function assertData(event: ProducedEvent, definition: EventDefinition): void {
  const errors = definition.validate(event.data).map(({ path, message }) => ({ path: `/data${path}`, message }));
  const [first] = errors;
  if (first === undefined) return;
  throw new TidingsError(
    'EVENT_DATA_INVALID',
    `The data breaks the schema of ${event.type}: ${first.path} ${first.message}`,
    {
      errors,
    },
  );
}
