import { describe, LIMITS, parseJson, TidingsError } from '@tidings/contracts';
import { admitEvent, withTime } from './admit-event.ts';
import type { EventDefinitions } from './ports/event-definitions.ts';
import type { Recordable } from './record-events.ts';

/** A message of the intake queue. */
export interface IntakeMessage {
  readonly id: string;
  readonly body: string;
  /** How often the queue has delivered it, this time included. */
  readonly receiveCount: number;
  /** Whether the queue would not deliver it again. */
  readonly isLastTry: boolean;
}

/** The message and the event of the bus stand around an event that may itself be as deep as is allowed. */
const WRAPPING_LEVELS = 2;

/**
 * The event in a message that a bus has sent: `{"module": <of the bus>, "event": <the EventBridge event>}`.
 *
 * Whoever may put on a bus chooses every field of the event, but not the module: the bus's own rule adds that. So an
 * event is stored only if it came by the bus of its own module.
 *
 * @throws TidingsError as `admitEvent`, and EVENT_MODULE_MISMATCH, BODY_NOT_JSON, JSON_TOO_DEEP, JSON_KEY_REFUSED
 */
export function readIntakeMessage(body: string, definitions: EventDefinitions): Recordable {
  const message = asObject(parseJson(body, { depth: LIMITS.jsonDepth + WRAPPING_LEVELS }), 'the message of a bus');
  const envelope = asObject(message['event'], 'the event of a bus');
  const admitted = admitEvent(envelope['detail'], definitions);
  const { event, module } = admitted;
  if (module !== message['module']) {
    throw new TidingsError(
      'EVENT_MODULE_MISMATCH',
      `${event.type} belongs on the bus of "${module}", and came by that of ${describe(message['module'])}`,
    );
  }
  assertEqual('source', envelope['source'], event.source);
  assertEqual('detail-type', envelope['detail-type'], event.type);
  const { time = timeOf(envelope['time']) } = event;
  const timed = withTime(admitted, time);
  return { event: { ...timed.event, time }, json: timed.json };
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TidingsError('EVENT_MALFORMED', `Expected ${what} as a JSON object, found ${describe(value)}`);
}

function assertEqual(field: string, found: unknown, expected: string): void {
  if (found === expected) return;
  const message = `expected ${describe(expected)} as in the event itself, found ${describe(found)}`;
  throw new TidingsError('EVENT_MALFORMED', `The entry's ${field} disagrees with its event: ${message}`, {
    errors: [{ path: `/${field}`, message }],
  });
}

function timeOf(time: unknown): string {
  if (typeof time === 'string' && !Number.isNaN(Date.parse(time))) return time;
  throw new TidingsError('EVENT_MALFORMED', `Expected the time of the bus, found ${describe(time)}`);
}
