import { describe } from '@tidings/contracts';
import { DeliveryError } from '../delivery/delivery-error.ts';
import { createEvent, type EventContent } from '../events/create-event.ts';
import type { EventTypeName, NewEvent } from '../events/typed-events.ts';
import { Handlers } from '../live/handlers.ts';
import { Listeners } from '../live/listeners.ts';
import type { ListenOptions } from '../live/options.ts';
import type { TidingsLive } from '../live/tidings-live.ts';
import { webPlatform, whenAborted } from '../live/web.ts';
import { newEvent } from '../publish/new-event.ts';
import type { PublishedEvent, Publisher } from '../publish/publisher.ts';
import type { TopicEvent, TopicPublishOptions, Topics } from './topics.ts';

/** Where events go. */
export type TopicsOptions =
  | {
      /** They stay in this process. */
      readonly local: true;
      /** Where those go that are to be `persistent`. */
      readonly publisher?: Publisher;
      readonly hub?: never;
    }
  | {
      /** They go to the hub, and come back from there, to this process and to all others. */
      readonly hub: {
        /** Its `filter` and its token decide what comes. */
        readonly live: Pick<TidingsLive, 'on'>;
        readonly publisher: Publisher;
      };
      readonly local?: never;
    };

/**
 * Topics: begin inside one process with `{ local: true }`, and go across the hub with `{ hub: { live, publisher } }` when
 * others should hear.
 * @throws TypeError if the options are neither
 */
export function createTopics(options: TopicsOptions): Topics {
  const { local, hub } = options;
  if ((local === true) === (hub !== undefined)) {
    throw new TypeError(`Expected either { local: true } or { hub: { live, publisher } }, found ${describe(options)}`);
  }
  if (hub !== undefined && (typeof hub.live?.on !== 'function' || typeof hub.publisher?.publish !== 'function')) {
    throw new TypeError('Expected hub to have a live client and a publisher, such as TidingsLive and TidingsApiClient');
  }
  // What a pattern matches, an event has: the hub validates the data of each type, and the compiler that of local ones.
  return new TopicBus(options) as unknown as Topics;
}

/** Topics without the types that a pattern gives. */
class TopicBus {
  readonly #options: TopicsOptions;
  readonly #error = new Listeners<DeliveryError>();
  readonly #taps: Handlers<TopicEvent>;
  readonly #handlers: Handlers<TopicEvent>;
  /** Ends listening to the hub; there is no need to before anybody listens here. */
  #off: (() => void) | undefined;
  #isClosed = false;

  constructor(options: TopicsOptions) {
    this.#options = options;
    const failed = (cause: unknown, { id }: { readonly id: string }, pattern: string): void => {
      const message = `A handler of ${describe(pattern)} failed at the event ${describe(id)}`;
      this.#report(new DeliveryError('HANDLER_FAILED', message, { cause, eventId: id, pattern }));
    };
    this.#taps = new Handlers(failed);
    this.#handlers = new Handlers(failed);
  }

  on(pattern: string, handler: (event: TopicEvent) => unknown, options?: ListenOptions): () => void {
    return this.#add(this.#handlers, pattern, handler, options);
  }

  tap(handler: (event: TopicEvent) => unknown): () => void {
    return this.#add(this.#taps, '*', handler);
  }

  async publish<Type extends EventTypeName>(
    event: NewEvent<Type>,
    { persistent = false, ...options }: TopicPublishOptions = {},
  ): Promise<PublishedEvent> {
    if (this.#isClosed) throw new Error('Expected topics that are open: they were closed');
    // Completed once, so that the hub records it under the id that handlers here have seen.
    const complete = newEvent(event) as unknown as TopicEvent;
    const { hub, publisher = hub?.publisher } = { publisher: undefined, ...this.#options };
    if (hub !== undefined || persistent) {
      if (publisher === undefined) {
        throw new TypeError(
          'Expected a publisher to make an event persistent, found none: createTopics({ local: true, publisher })',
        );
      }
      await publisher.publish(complete as unknown as NewEvent, options);
    }
    if (hub === undefined) await this.#dispatch(complete);
    return { id: complete.id, type: complete.type };
  }

  topic(pattern: string) {
    return {
      publish: (content: EventContent<EventTypeName>, options?: TopicPublishOptions) =>
        this.publish(createEvent(pattern as EventTypeName, content), options),
      subscribe: (handler: (event: TopicEvent) => unknown, options?: ListenOptions) =>
        this.on(pattern, handler, options),
    };
  }

  onError(handler: (error: DeliveryError) => void): () => void {
    return this.#error.add(handler);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#off?.();
  }

  #add(
    handlers: Handlers<TopicEvent>,
    pattern: string,
    handler: (event: TopicEvent) => unknown,
    { signal }: ListenOptions = {},
  ): () => void {
    const remove = handlers.add(pattern, handler);
    if (signal?.aborted) remove();
    else if (this.#options.hub !== undefined && !this.#isClosed) {
      this.#off ??= this.#options.hub.live.on('*', (event) => this.#dispatch(event as unknown as TopicEvent));
    }
    const forget = whenAborted(signal, remove);
    return () => {
      remove();
      forget();
    };
  }

  async #dispatch(event: TopicEvent): Promise<void> {
    if (this.#isClosed) return;
    await Promise.all([this.#taps.call(event), this.#handlers.call(event)]);
  }

  #report(error: DeliveryError): void {
    if (this.#error.size === 0) webPlatform().console?.error(error);
    this.#error.tell(error, () => undefined);
  }
}
