import type { DeliveryError, DeliveryReset, Status } from '../src/delivery/index.ts';
import { TidingsSubscription, type TidingsSubscriptionOptions } from '../src/subscription/index.ts';
import { FakeHub } from './fake-hub.ts';
import { FakeSubscriptionApi } from './fake-subscription-api.ts';

export type Transport = 'pull' | 'socket';

/** A hub with a durable subscription, and a consumer of it. */
export class ConsumerUnderTest {
  readonly hub = new FakeHub();
  readonly api = new FakeSubscriptionApi(this.hub);
  /** Sequences as they were handed over. */
  readonly given: number[] = [];
  readonly errors: DeliveryError[] = [];
  readonly resets: DeliveryReset[] = [];
  readonly statuses: Status[] = [];
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
    this.hub.publish(0);
    this.hub.subscription = { epoch: 'e1', sequence: 0 } as NonNullable<FakeHub['subscription']>;
  }

  /** Where the hub says that the subscription stands. */
  get cursor(): number | undefined {
    return this.hub.subscription?.sequence;
  }

  path(): readonly string[] {
    return this.statuses.map(({ state, reason }) => `${state}: ${reason}`);
  }

  pass(milliseconds: number): Promise<void> {
    return this.hub.surroundings.pass(milliseconds);
  }

  create(options: Partial<TidingsSubscriptionOptions> = {}): TidingsSubscription {
    const { onEvent, ...others } = options;
    return new TidingsSubscription({
      apiUrl: 'https://api.example/',
      url: 'wss://hub.example/v1',
      name: 'billing',
      token: () => 'token',
      transport: this.transport,
      surroundings: this.hub.surroundings,
      fetch: this.api.fetch,
      onEvent: (event) => {
        this.given.push(Number(event.sequence));
        return onEvent?.(event);
      },
      onError: (error) => this.errors.push(error),
      onReset: (reset) => this.resets.push(reset),
      onStatus: (status) => this.statuses.push(status),
      ...others,
    });
  }

  /** A consumer whose events go to a loop. */
  createLoop(options: Partial<TidingsSubscriptionOptions> = {}): TidingsSubscription {
    return new TidingsSubscription({
      apiUrl: 'https://api.example',
      url: 'wss://hub.example/v1',
      name: 'billing',
      token: () => 'token',
      transport: this.transport,
      surroundings: this.hub.surroundings,
      fetch: this.api.fetch,
      onError: (error) => this.errors.push(error),
      ...options,
    });
  }

  start(options: Partial<TidingsSubscriptionOptions> = {}): TidingsSubscription {
    const consumer = this.create(options);
    consumer.start();
    return consumer;
  }
}
