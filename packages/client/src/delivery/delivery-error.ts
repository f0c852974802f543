import { type ErrorFrame, TidingsError } from '@tidings/contracts';

/** What `onError` is told of, by the client's own names. A problem that the hub names is the `cause`. */
export type DeliveryErrorCode =
  /** A handler threw or rejected. The event counts as dealt with. */
  | 'HANDLER_FAILED'
  /** The cursor could not be loaded or saved. */
  | 'STORE_FAILED'
  /** What was stored is no cursor. The client begins as if nothing had been stored. */
  | 'STORE_UNREADABLE'
  /** The token function threw, rejected, took too long or gave no token. */
  | 'TOKEN_FAILED'
  /** A socket could not be made at all. */
  | 'SOCKET_FAILED'
  /** The hub sent what is no frame of this protocol. */
  | 'PROTOCOL_BROKEN'
  /** The hub answered a request by an error. */
  | 'HUB_REFUSED';

/** Something went wrong. Unless the state is `closed`, the client goes on by itself. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: DeliveryErrorCode;

  constructor(code: DeliveryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the hub has answered, with its code in the cause. */
export function refusalOf({ code, message, errors }: ErrorFrame): DeliveryError {
  const cause = new TidingsError(code, message, errors && { errors });
  return new DeliveryError('HUB_REFUSED', `The hub refuses with ${code}: ${message}`, { cause });
}
