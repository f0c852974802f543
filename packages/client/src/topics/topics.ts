import type { ProducedEvent } from '@tidings/contracts';
import type { EventDataByType } from '@tidings/contracts/gen/event-types.ts';
import type { DeliveryError } from '../delivery/index.ts';
import type { EventContent } from '../events/create-event.ts';
import type { EventTypeName, NewEvent, PatternThatMatches, TypesMatching } from '../events/typed-events.ts';
import type { ListenOptions } from '../live/options.ts';
import type { AbortSignalLike } from '../live/web.ts';
import type { PublishedEvent } from '../publish/publisher.ts';

/**
 * An event on a topic. What only the hub gives an event is absent in one that has not been there: it has no place in an
 * order yet.
 */
export type TopicEvent<Type extends EventTypeName = EventTypeName> = {
  readonly [Name in Type]: ProducedEvent & {
    readonly type: Name;
    readonly time: string;
    readonly data: EventDataByType[Name];
    /** Of events that come from the hub. */
    readonly sequence?: string;
    /** Of events that come from the hub. */
    readonly recordedtime?: string;
  };
}[Type];

/** Events that a pattern matches. */
export type TopicEventMatching<Pattern extends string> = TopicEvent<TypesMatching<Pattern>>;

export interface TopicPublishOptions {
  /**
   * The event is to be recorded by the hub as well, for whoever subscribes there. In topics across the hub every event is.
   * @default false
   */
  readonly persistent?: boolean;
  /** Ends the call. */
  readonly signal?: AbortSignalLike;
}

/** One topic: what a pattern matches. */
export interface Topic<Pattern extends string> {
  /** Publishes an event of the type; for topics of one type only. */
  publish(
    content: Pattern extends EventTypeName ? EventContent<Pattern> : never,
    options?: TopicPublishOptions,
  ): Promise<PublishedEvent>;
  /** @returns what ends it */
  subscribe(handler: (event: TopicEventMatching<Pattern>) => unknown, options?: ListenOptions): () => void;
}

/** Publish and subscribe, inside one process or across the hub: the same for who uses it. */
export interface Topics {
  /**
   * Calls a handler for each event whose type the pattern matches, in the order in which handlers came. One that throws
   * or rejects is reported to `onError` and stops nobody.
   * @returns what takes the handler away
   */
  on<const Pattern extends string>(
    pattern: Pattern & PatternThatMatches<Pattern>,
    handler: (event: TopicEventMatching<Pattern>) => unknown,
    options?: ListenOptions,
  ): () => void;
  /** Calls for every event, before the handlers: for logs and measurements. @returns what takes it away */
  tap(handler: (event: TopicEvent) => unknown): () => void;
  /**
   * Publishes an event. Id, time and source are filled in.
   * @returns local topics: when all handlers have settled; across the hub: when the hub has taken it
   * @throws PublishError if it is not taken; then no handler of this process has been called for it
   */
  publish<Type extends EventTypeName>(event: NewEvent<Type>, options?: TopicPublishOptions): Promise<PublishedEvent>;
  topic<const Pattern extends string>(pattern: Pattern & PatternThatMatches<Pattern>): Topic<Pattern>;
  /** Told of handlers that failed. Without anybody to tell, it goes to `console.error`. @returns what ends that */
  onError(handler: (error: DeliveryError) => void): () => void;
  /** Takes all handlers away, and publishes nothing any more. The clients that it was made with stay open. */
  close(): Promise<void>;
}
