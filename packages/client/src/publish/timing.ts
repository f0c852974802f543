/** How long publishing may take, in milliseconds, and how often it tries. */
export interface PublishTiming {
  /** Longest wait for the answer to one request. API Gateway itself gives up after 30 s. */
  readonly request: number;
  /** Longest time for one call of `publish`, all tries and waits together. */
  readonly budget: number;
  /** Most tries of one event. */
  readonly attempts: number;
  /** Longest first wait before another try; it doubles up to `backoffCap`. The wait itself is random, from 0. */
  readonly backoffBase: number;
  readonly backoffCap: number;
  /** A token is renewed so long before it ends, or after three quarters of what is left of it if that is little. */
  readonly tokenMargin: number;
}

export const PUBLISH_TIMING: PublishTiming = {
  request: 30_000,
  budget: 120_000,
  attempts: 5,
  backoffBase: 200,
  backoffCap: 10_000,
  tokenMargin: 60_000,
};
