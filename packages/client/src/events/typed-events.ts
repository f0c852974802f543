import type { RecordedEvent } from '@tidings/contracts';
import type { EventDataByType } from '@tidings/contracts/gen/event-types.ts';
import type { Matching } from './pattern-types.ts';

/** The name of an event type that this package knows, such as `bank.transaction:created@v1`. */
export type EventTypeName = keyof EventDataByType & string;

/** What `data` is in events of a type. */
export type EventData<Type extends EventTypeName> = EventDataByType[Type];

/**
 * An event as the hub delivers it. For several types it is a union, told apart by `type`.
 *
 * What it is made of is in the hub's schemas; `data` was validated when the event was recorded.
 */
export type TidingsEvent<Type extends EventTypeName = EventTypeName> = {
  readonly [Name in Type]: RecordedEvent & { readonly type: Name; readonly data: EventDataByType[Name] };
}[Type];

/** Names of the event types that a pattern matches. */
export type TypesMatching<Pattern extends string> = Matching<Pattern, EventTypeName>;

/** Events that a pattern matches. */
export type EventMatching<Pattern extends string> = TidingsEvent<TypesMatching<Pattern>>;

/**
 * A pattern, if it can match anything. A pattern that matches no known type is no error at run time, because a newer
 * hub may have more types; but a handler for it would never be called, so it does not compile.
 */
export type PatternThatMatches<Pattern extends string> = [TypesMatching<Pattern>] extends [never]
  ? `no known event type matches ${Pattern}`
  : Pattern;

/** One identifier, or several. They are not to hold commas, white space or control characters. */
export type Identifiers = string | readonly string[];

/** What a producer says of an event besides its type and its data. Source: CloudEvents 1.0.2, "Context Attributes". */
export interface NewEventAttributes {
  /** The tenant whose event it is. Nobody else ever sees it. */
  readonly tenantid: string;
  /**
   * Unique per tenant: sending an event again under its id changes nothing.
   * @default a random UUID
   */
  readonly id?: string;
  /**
   * When it happened: RFC 3339 text or a `Date`.
   * @default now
   */
  readonly time?: string | Date;
  /** The resource that it is about, such as `transaction/123`. */
  readonly subject?: string;
  /** Only members of one of these organisations may see it. */
  readonly organizationids?: Identifiers;
  /** Only these users may see it. */
  readonly userids?: Identifiers;
  /** Only who has one of these roles may see it. */
  readonly roleids?: Identifiers;
  /** Who caused it. */
  readonly actorid?: string;
  readonly correlationid?: string;
  /** The id of the event that caused this one. */
  readonly causationid?: string;
  /**
   * W3C Trace Context.
   * @default that of the active OpenTelemetry span, where there is one
   */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly dataschema?: string;
  /** Attributes of one's own: names of lower-case letters and digits. The hub carries them along. */
  readonly extensions?: Readonly<Record<string, string | number | boolean>>;
}

/** An event to publish: its type decides what its data must be. */
export type NewEvent<Type extends EventTypeName = EventTypeName> = {
  readonly [Name in Type]: NewEventAttributes & { readonly type: Name; readonly data: EventDataByType[Name] };
}[Type];
