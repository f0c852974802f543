import type { Code, Head, ProducedEvent, TenantId } from '@tidings/contracts';
import type { Identity } from '../identity.ts';

/** What became of a message to a socket. */
export type PostOutcome =
  | 'delivered'
  /** API Gateway knows no such connection (410). */
  | 'gone'
  /** Too much at once, of this connection or of all (429): trying again later may help. */
  | 'throttled'
  /** Anything else: an error, no answer in time. */
  | 'failed';

/** Sends text to open sockets. Never throws: a failed post must not keep others from theirs. */
export interface SocketPoster {
  post(connectionId: string, text: string): Promise<PostOutcome>;
}

/** Looks after open sockets. Never throws. */
export interface SocketControl {
  /** Whether a socket is open, as far as can be told: where nobody answers it is taken for open. */
  isOpen(connectionId: string): Promise<boolean>;
  /** Closes a socket; one that is gone is no error. */
  close(connectionId: string): Promise<void>;
}

/** Tells the fan-out that a tenant has news. */
export interface Doorbell {
  /**
   * @param occasion sets a ring apart from an earlier one for the same head: within five minutes, rings of one head
   * and one occasion are one
   * @param traceparent of the newest event that it is rung for, so that who is woken by it can name the trace
   */
  ring(tenant: TenantId, head: Head, occasion?: string, traceparent?: string): Promise<void>;
}

/** Where a message goes that can never be stored. */
export interface DeadLetters {
  /** @param reason with how often it was tried, if that is known */
  send(
    body: string,
    reason: { readonly code: Code; readonly message: string; readonly attempts?: number },
  ): Promise<void>;
}

/** An event for the bus of its module. */
export interface BusEvent {
  readonly event: ProducedEvent;
  readonly module: string;
  /** The event as JSON, which is what the bus carries. */
  readonly json: string;
}

/** The event buses, one a module. */
export interface EventBus {
  /** Puts events; the answer says for each, in the same order, why it failed, or `undefined` if it is accepted. */
  put(events: readonly BusEvent[]): Promise<readonly (string | undefined)[]>;
}

/** Reads access tokens. */
export interface TokenVerifier {
  /** @throws TidingsError TOKEN_…: why the token is refused, without its content */
  verify(token: string): Promise<Identity>;
}
