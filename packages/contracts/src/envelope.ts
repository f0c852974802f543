import { TidingsError, type Violation } from './codes.ts';
import { eventTypeProblem } from './event-type.ts';
import { describe, type EventId, identifierProblem, type TenantId } from './identifiers.ts';
import { escapePointer } from './json-document.ts';
import { LIMITS } from './limits.ts';

/**
 * An event as a producer sends it: a CloudEvent 1.0 in JSON.
 *
 * Lists are comma-separated strings, because CloudEvents has no arrays. Extensions that the hub does not know are
 * carried along. Source: CloudEvents 1.0.2, sections "Context Attributes" and "JSON Event Format".
 */
export interface ProducedEvent {
  readonly specversion: '1.0';
  /** Unique per tenant; sending it again changes nothing. */
  readonly id: EventId;
  /** `com.<company>.<module>` */
  readonly source: string;
  /** `<module>.<entity>[.<sub>]:<action>@v<N>` */
  readonly type: string;
  /** The resource, such as `transaction/123`. */
  readonly subject?: string;
  /** When it happened, RFC 3339. The hub fills in when it heard of it. */
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** The tenant whose event it is. Nobody else ever sees it. */
  readonly tenantid: TenantId;
  /** Only members of one of these organisations may see it. */
  readonly organizationids?: string;
  /** Only these users may see it. */
  readonly userids?: string;
  /** Only who has one of these roles may see it. */
  readonly roleids?: string;
  /** Who caused it. */
  readonly actorid?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly data?: unknown;
  readonly [extension: string]: unknown;
}

/** An event as the hub delivers it. */
export interface RecordedEvent extends ProducedEvent {
  readonly time: string;
  /** The event's place in its tenant's order: 20 digits, zero-padded. Source: CloudEvents "sequence" extension. */
  readonly sequence: string;
  /** When the hub recorded it, RFC 3339. */
  readonly recordedtime: string;
  /** Where the whole event is, if it was too large for the socket. Source: CloudEvents "dataref" extension. */
  readonly dataref?: string;
}

type Check = (value: unknown) => string | undefined;

const ATTRIBUTE_NAME = /^[a-z0-9]{1,32}$/;
const JSON_MEDIA_TYPE = /^application\/(?:[a-z0-9!#$&^_.-]+\+)?json\s*(?:;.*)?$/i;
const RFC_3339 = /^(?<date>\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;

const text: Check = (value) => {
  if (typeof value !== 'string' || value === '') return `expected a string with characters, found ${describe(value)}`;
  if (value.length > LIMITS.attributeCharacters) {
    return `expected at most ${LIMITS.attributeCharacters} characters, found ${value.length}`;
  }
  if (/\p{Cc}/u.test(value)) return `expected no control characters, found some in ${describe(value)}`;
  return value.isWellFormed() ? undefined : 'expected well-formed Unicode, found a lone surrogate';
};

const matching =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? text(value) : `expected ${expected}, found ${describe(value)}`;

/** Why a value is no time as in RFC 3339; undefined if it is one. */
export const timeProblem: Check = (value) => {
  const date = typeof value === 'string' ? RFC_3339.exec(value)?.groups?.['date'] : undefined;
  return date !== undefined && isDay(date) && !Number.isNaN(Date.parse(String(value)))
    ? undefined
    : `expected a time as in RFC 3339, such as 2026-01-31T09:30:00Z, found ${describe(value)}`;
};

/** Whether the calendar has the day: `Date.parse` alone takes February 30 for March 2. Every month has 28 of them. */
function isDay(date: string): boolean {
  if (date.slice(-2) <= '28') return true;
  const parsed = new Date(`${date}T00:00:00Z`);
  return parsed.getUTCDate() === Number(date.slice(-2));
}

const audience: Check = (value) => {
  if (typeof value !== 'string') {
    return `expected identifiers in one string, separated by commas, found ${describe(value)}`;
  }
  if (value.length > LIMITS.audienceCharacters) {
    return `expected at most ${LIMITS.audienceCharacters} characters, found ${value.length}`;
  }
  return value
    .split(',')
    .map(identifierProblem)
    .find((problem) => problem !== undefined);
};

const reserved: Check = () => 'expected to be absent, because the hub assigns it';

const CHECKS: Readonly<Record<string, Check>> = {
  specversion: (value) => (value === '1.0' ? undefined : `expected "1.0", found ${describe(value)}`),
  id: identifierProblem,
  source: text,
  type: eventTypeProblem,
  subject: text,
  time: timeProblem,
  datacontenttype: matching(JSON_MEDIA_TYPE, 'application/json or another JSON media type'),
  dataschema: text,
  tenantid: identifierProblem,
  organizationids: audience,
  userids: audience,
  roleids: audience,
  actorid: identifierProblem,
  correlationid: identifierProblem,
  causationid: identifierProblem,
  traceparent: matching(TRACEPARENT, 'a traceparent as in W3C Trace Context'),
  tracestate: text,
  sequence: reserved,
  recordedtime: reserved,
  dataref: () => 'expected the data itself: a reference to data elsewhere cannot be validated',
  data_base64: () => 'expected "data" with JSON: binary data cannot be validated',
};

const REQUIRED = ['specversion', 'id', 'source', 'type', 'tenantid'] as const;

const extension: Check = (value) => {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') {
    return Number.isInteger(value) && value === (value | 0)
      ? undefined
      : `expected an integer of 32 bits, found ${value}`;
  }
  if (typeof value === 'string') return value === '' ? undefined : text(value);
  return `expected a string, a boolean or an integer, found ${describe(value)}`;
};

/**
 * An event from an unknown JSON value.
 *
 * Attributes that are `null` count as absent, as the JSON format of CloudEvents demands. `data` is not looked at:
 * what it must be, the schema of the event's type says.
 *
 * @throws TidingsError EVENT_MALFORMED with every violation
 */
export function parseEvent(value: unknown): ProducedEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed([{ path: '', message: `expected a CloudEvent as a JSON object, found ${describe(value)}` }]);
  }
  const event: Record<string, unknown> = {};
  const attributes: string[] = [];
  for (const [name, content] of Object.entries(value)) {
    if (content === null && name !== 'data') continue;
    event[name] = content;
    if (name !== 'data') attributes.push(name);
  }
  const violations: Violation[] = REQUIRED.filter((name) => event[name] === undefined).map((name) => ({
    path: `/${name}`,
    message: `expected the CloudEvents attribute "${name}", found nothing`,
  }));
  if (attributes.length > LIMITS.attributes) {
    violations.push({
      path: '',
      message: `expected at most ${LIMITS.attributes} attributes, found ${attributes.length}`,
    });
  }
  for (const name of attributes.slice(0, LIMITS.attributes)) {
    const message = attributeProblem(name, event[name]);
    if (message === undefined) continue;
    violations.push({ path: `/${escapePointer(name.slice(0, LIMITS.identifierCharacters))}`, message });
  }
  if (violations.length > 0) throw malformed(violations);
  return event as unknown as ProducedEvent;
}

function attributeProblem(name: string, content: unknown): string | undefined {
  if (Object.hasOwn(CHECKS, name)) return CHECKS[name]?.(content);
  if (!ATTRIBUTE_NAME.test(name)) return 'expected a name of 1 to 32 lower-case letters and digits';
  return extension(content);
}

/** The members of a comma-separated list; `undefined` where the attribute is absent. */
export const splitList = (list: string | undefined): readonly string[] | undefined => list?.split(',');

const malformed = (errors: readonly Violation[]): TidingsError => {
  const [first] = errors;
  const where = first?.path ? `${first.path} ` : '';
  return new TidingsError('EVENT_MALFORMED', `Not a CloudEvent that the hub takes: ${where}${first?.message}`, {
    errors,
  });
};
