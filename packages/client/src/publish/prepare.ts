import {
  isTidingsError,
  LIMITS,
  type ProducedEvent,
  parseEventType,
  parseJson,
  unfitCharacter,
  type Violation,
} from '@tidings/contracts';
import type { EventTypeName } from '../events/typed-events.ts';
import { completeEvent } from './new-event.ts';
import { utf8Bytes } from './platform.ts';
import { failed, type PublishError } from './publish-error.ts';

/** An event that is ready to be sent: checked, with its id, and as the bytes that it will always be sent as. */
export interface PreparedEvent {
  /** Position in the caller's list. */
  readonly index: number;
  readonly id: string;
  readonly type: EventTypeName;
  readonly module: string;
  readonly event: ProducedEvent;
  readonly json: string;
  /** UTF-8 bytes of `json`. */
  readonly bytes: number;
}

/** Checks the data of an event. @returns what is wrong, with pointers into the event */
export type Validate = (event: { readonly type: string; readonly data?: unknown }) => readonly Violation[];

/**
 * Makes an event ready, and refuses what the hub would refuse without having a look at the data's schema. A hub refuses a
 * body as a whole if its JSON is not to be kept, so what is wrong with one event must not reach a batch.
 *
 * @throws PublishError
 */
export function prepareEvent(
  given: unknown,
  {
    index,
    now,
    validate,
  }: { readonly index: number; readonly now: () => number; readonly validate?: Validate | undefined },
): PreparedEvent {
  const json = toJson(completeEvent(given, now));
  const event = readBack(json);
  const bytes = utf8Bytes(json);
  const { data, ...attributes } = event;
  assertSize('The event', bytes, LIMITS.eventBytes);
  assertSize('What the event has besides its data', utf8Bytes(JSON.stringify(attributes)), LIMITS.attributeBytes);
  const unfit = unfitCharacter(json, event);
  if (unfit !== undefined) {
    throw failed('EVENT_MALFORMED', `The event cannot pass a queue: ${unfit.path} ${unfit.message}`, {
      errors: [unfit],
    });
  }
  const errors = validate?.({ type: event.type, data }) ?? [];
  const [first] = errors;
  if (first !== undefined) {
    const detail = `The data breaks the schema of ${event.type}: ${first.path} ${first.message}`;
    throw failed('EVENT_DATA_INVALID', detail, { errors });
  }
  const { id } = event;
  const module = parseEventType(event.type)?.module ?? '';
  return { index, id, type: event.type as EventTypeName, module, event, json, bytes };
}

function toJson(event: ProducedEvent): string {
  try {
    return JSON.stringify(event);
  } catch (cause) {
    // The engine's text names properties and constructors, and no values.
    const reason = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : 'it cannot be written';
    throw notJson(reason);
  }
}

function readBack(json: string): ProducedEvent {
  try {
    const event = parseJson(json, { exactNumbers: true }) as ProducedEvent;
    if (event.data === undefined) throw notJson('found a value that JSON leaves out');
    return event;
  } catch (error) {
    if (!isTidingsError(error)) throw error;
    throw failed(error.code, error.message, { errors: error.errors });
  }
}

function notJson(reason: string): PublishError {
  const message = `expected data that JSON can hold: ${reason}`;
  return failed('EVENT_MALFORMED', `The data cannot be written as JSON: ${message}`, {
    errors: [{ path: '/data', message }],
  });
}

function assertSize(what: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  const message = `expected at most ${limit} bytes as JSON, found ${bytes}`;
  throw failed('EVENT_TOO_LARGE', `${what} is too large: ${message}`, { errors: [{ path: '', message }] });
}
