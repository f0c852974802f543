/** How long things take, in milliseconds, and how much may wait. */
export interface Timing {
  /** Longest wait for an answer on an open socket; then it counts as dead. */
  readonly answer: number;
  /** Longest wait for a token and a handshake together. */
  readonly attempt: number;
  /** Longest first wait after a failure; it doubles up to `backoffCap`. The wait itself is random, from 0. */
  readonly backoffBase: number;
  readonly backoffCap: number;
  /** A socket that has lived so long was no failure. */
  readonly stable: number;
  /** A socket is replaced before it is so old, up to a tenth earlier by chance. */
  readonly socketLife: number;
  /** A token is renewed so long before it ends, or after three quarters of what is left of it if that is little. */
  readonly tokenMargin: number;
  /** Acknowledgements are sent at most so often. */
  readonly acknowledge: number;
  /** Most events that wait for the handler before live ones are dropped, to come again by pages. */
  readonly queue: number;
}

export const TIMING: Timing = {
  answer: 15_000,
  attempt: 30_000,
  backoffBase: 1000,
  backoffCap: 30_000,
  stable: 10_000,
  // API Gateway ends a socket after two hours. Source: API Gateway quotas, WebSocket API.
  socketLife: 110 * 60_000,
  tokenMargin: 60_000,
  acknowledge: 1000,
  queue: 1000,
};
