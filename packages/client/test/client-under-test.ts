import type { RecordedEvent } from '@tidings/contracts';
import {
  createDelivery,
  type Delivery,
  type DeliveryError,
  type DeliveryReset,
  type Status,
} from '../src/delivery/index.ts';
import type { DeliveryOptions } from '../src/delivery/options.ts';
import type { FakeHub } from './fake-hub.ts';

/** A client of a fake hub, and everything that it has told. */
export interface ClientUnderTest {
  readonly delivery: Delivery;
  /** Sequences as they were handed over. */
  readonly delivered: number[];
  readonly statuses: Status[];
  readonly resets: DeliveryReset[];
  readonly errors: DeliveryError[];
  /** The states it went through, each with its reason. */
  readonly path: () => readonly string[];
}

/** Starts a client with a token that never ends, where the options say nothing else. */
export function startClient(hub: FakeHub, options: Partial<DeliveryOptions> = {}): ClientUnderTest {
  const delivered: number[] = [];
  const statuses: Status[] = [];
  const resets: DeliveryReset[] = [];
  const errors: DeliveryError[] = [];
  const { onEvent, onStatus, onReset, ...others } = options;
  const delivery = createDelivery({
    url: 'wss://hub.example/v1',
    token: () => 'token',
    surroundings: hub.surroundings,
    onError: (error: DeliveryError) => errors.push(error),
    onEvent: (event: RecordedEvent) => {
      delivered.push(Number(event.sequence));
      return onEvent?.(event);
    },
    onStatus: (status: Status) => {
      statuses.push(status);
      onStatus?.(status);
    },
    onReset: (reset: DeliveryReset) => {
      resets.push(reset);
      return onReset?.(reset);
    },
    ...others,
  } as DeliveryOptions);
  const path = () => statuses.map(({ state, reason }) => `${state}: ${reason}`);
  return { delivery, delivered, statuses, resets, errors, path };
}

/** All whole numbers of a stretch. */
export const numbers = (from: number, through: number): readonly number[] =>
  Array.from({ length: through - from + 1 }, (_, index) => from + index);

/** A promise that is settled from outside. */
export function settleable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
