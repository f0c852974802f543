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
  | 'HUB_REFUSED'
  /** The hub could not be asked over HTTP. That is tried again. */
  | 'HUB_FAILED'
  /** The whole of a large event could not be fetched. That is tried again; what comes after it waits. */
  | 'DATA_FAILED'
  /** The whole of a large event is there no more. It is delivered without data. */
  | 'DATA_GONE'
  /** The hub does not give the whole of a large event to this token. It is delivered without data. */
  | 'DATA_REFUSED';

/** What an error is about. */
export interface ErrorSubject {
  readonly eventId?: string;
  readonly pattern?: string;
}

/** Something went wrong. Unless the state is `closed`, the client goes on by itself. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: DeliveryErrorCode;
  /** The event that it is about, if it is about one. */
  readonly eventId: string | undefined;
  /** The pattern of the handler that failed. */
  readonly pattern: string | undefined;

  constructor(code: DeliveryErrorCode, message: string, options: ErrorOptions & ErrorSubject = {}) {
    super(message, options);
    this.code = code;
    this.eventId = options.eventId;
    this.pattern = options.pattern;
  }
}

/** What the hub has answered, with its code in the cause. */
export function refusalOf({ code, message, errors }: ErrorFrame): DeliveryError {
  const cause = new TidingsError(code, message, errors && { errors });
  return new DeliveryError('HUB_REFUSED', `The hub refuses with ${code}: ${message}`, { cause });
}
