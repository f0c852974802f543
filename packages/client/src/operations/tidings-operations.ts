import type {
  DeadLetterPage,
  DeadLetterQueueName,
  HubHealth,
  HubMetrics,
  RedriveAnswer,
  RedriveRequest,
} from '@tidings/contracts';
import { HubCalls } from '../api/hub-calls.ts';
import type { CallOptions, HubClientOptions } from '../api/options.ts';

/** What measurements are asked for. */
export interface MetricsOptions extends CallOptions {
  /**
   * How many minutes back from now.
   * @default 60
   */
  readonly minutes?: number | undefined;
}

/** Which dead letters are asked for. */
export interface DeadLettersOptions extends CallOptions {
  readonly queue: DeadLetterQueueName;
  /**
   * Most letters.
   * @default 50
   */
  readonly limit?: number | undefined;
}

/**
 * How a hub does, and the letters that it could not deal with. A token with a tenant sees and sends back that tenant's
 * letters only; one without, everybody's. Counts are the whole hub's.
 *
 * Looking takes the scope `operations:read`, sending back `operations:write`. Every call throws a `HubError` if the hub
 * refuses or cannot be asked. What may be tried again was tried again by then.
 */
export class TidingsOperations {
  readonly #hub: HubCalls;

  /** @throws TypeError if the options cannot be used */
  constructor(options: HubClientOptions) {
    this.#hub = new HubCalls(options);
  }

  /** What waits where, and how far the token's tenant is served. @throws HubError */
  async health(options?: CallOptions): Promise<HubHealth> {
    const call = { method: 'GET', path: '/operations/health' };
    return await this.#hub.ask<HubHealth>(call, ['time', 'tenant', 'queues'], options);
  }

  /** Measurements, one value a period. @throws HubError QUERY_INVALID for instance */
  async metrics({ minutes, signal }: MetricsOptions = {}): Promise<HubMetrics> {
    const query = minutes === undefined ? '' : `?minutes=${encodeURIComponent(minutes)}`;
    const call = { method: 'GET', path: `/operations/metrics${query}` };
    return await this.#hub.ask<HubMetrics>(call, ['from', 'through', 'series', 'rejected'], { signal });
  }

  /** Letters of a queue, the oldest first, without what is in them. @throws HubError QUERY_INVALID for instance */
  async deadLetters({ queue, limit, signal }: DeadLettersOptions): Promise<DeadLetterPage> {
    const most = limit === undefined ? '' : `&limit=${encodeURIComponent(limit)}`;
    const call = { method: 'GET', path: `/operations/dead-letters?queue=${encodeURIComponent(queue)}${most}` };
    return await this.#hub.ask<DeadLetterPage>(call, ['letters', 'waiting'], { signal });
  }

  /**
   * Sends letters back to where they came from. One that is sent twice is recorded once, so asking again is safe; it is not
   * done here where an answer may have been lost, because the second would call missing what the first has sent.
   * @throws HubError REDRIVE_INVALID for instance
   */
  async redrive(letters: RedriveRequest, options?: CallOptions): Promise<RedriveAnswer> {
    const call = { method: 'POST', path: '/operations/dead-letters/redrive', body: letters, isRepeatable: false };
    return await this.#hub.ask<RedriveAnswer>(call, ['redriven', 'missing', 'left'], options);
  }
}
