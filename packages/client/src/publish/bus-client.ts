import type { EventTypeName, NewEvent } from '../events/typed-events.ts';
import { BusRequests } from './bus-requests.ts';
import { type Buses, type BusNames, busesFromEnvironment, readBuses, regionOf } from './buses.ts';
import { type EventBridgeClient, type PutEvents, putWithSdk } from './event-bridge.ts';
import { failed } from './publish-error.ts';
import { type CommonOptions, PublishingCalls } from './publish-list.ts';
import type { PublishedEvent, Publisher, PublishOptions, PublishResult } from './publisher.ts';

export interface BusClientOptions extends CommonOptions {
  /** @default what the environment variable `TIDINGS_BUSES` says, which `TidingsProducer` of `@tidings/constructs` sets */
  readonly buses?: Buses;
  /**
   * @default one with the ambient credentials, made when the first event is published; its region is that of the buses if
   * they are named by ARN, else the ambient one
   */
  readonly client?: EventBridgeClient;
}

/**
 * Publishes straight on EventBridge, from Lambdas and other code with AWS credentials. It takes
 * `@aws-sdk/client-eventbridge`, which is loaded when the first event is published.
 *
 * An accepted event is on its bus. Whether its data keeps to the schema the bus does not say: pass `validate` to know.
 */
export class TidingsBusClient implements Publisher {
  readonly #calls: PublishingCalls;
  readonly #busNames: BusNames;
  readonly #putEvents: PutEvents;

  /** @throws PublishError OPTIONS_INVALID */
  constructor(options: BusClientOptions = {}) {
    const { client, buses = busesFromEnvironment() } = options;
    if (client !== undefined && typeof client.send !== 'function') {
      throw failed('OPTIONS_INVALID', 'Expected client to be an EventBridgeClient, found something without send()');
    }
    this.#calls = new PublishingCalls(options);
    this.#busNames = readBuses(buses);
    this.#putEvents = putWithSdk(client, client === undefined ? regionOf(buses) : undefined);
  }

  publish(events: readonly NewEvent[], options?: PublishOptions): Promise<PublishResult>;
  publish<Type extends EventTypeName>(event: NewEvent<Type>, options?: PublishOptions): Promise<PublishedEvent>;
  publish(given: unknown, options: PublishOptions = {}): Promise<PublishedEvent | PublishResult> {
    const { surroundings, timing } = this.#calls;
    const access = { putEvents: this.#putEvents, busNames: this.#busNames, surroundings, timing };
    return this.#calls.publish(given, options, () => new BusRequests(access));
  }
}
