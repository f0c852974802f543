import {
  type ErrorFrame,
  type Filter,
  FrameError,
  HEARTBEAT_SECONDS,
  isTidingsError,
  parseClientFrame,
  parseFilter,
  type SubscribedFrame,
  type SubscribeFrame,
  TidingsError,
} from '@tidings/contracts';
import type { Recipient } from './identity.ts';
import type { ConnectionRegistry } from './ports/connection-registry.ts';
import type { EventLog } from './ports/event-log.ts';
import type { SocketPoster } from './ports/outbound.ts';
import type { Surroundings } from './ports/surroundings.ts';

/** What serving sockets needs of the world. */
export interface SocketPorts {
  readonly log: Pick<EventLog, 'head'>;
  readonly registry: ConnectionRegistry;
  readonly poster: SocketPoster;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/** A socket that API Gateway has let in. */
export interface OpenSocket {
  readonly connectionId: string;
  /** Whose it is; absent if nobody has checked that, which no request survives. */
  readonly recipient: Recipient | undefined;
  readonly connectedAt: Date;
}

/**
 * Begins a connection. One that says `?types=bank.*,community.*` only listens and need never send anything; any other
 * is registered when it subscribes.
 * @throws TidingsError FILTER_INVALID
 */
export async function connect(
  socket: OpenSocket & { readonly recipient: Recipient },
  types: string | undefined,
  { registry }: Pick<SocketPorts, 'registry'>,
): Promise<void> {
  if (types === undefined) return;
  const filter = parseFilter({ types: types.split(',').map((pattern) => pattern.trim()) }, '');
  await registry.put(toConnection(socket, socket.recipient, filter, true));
}

/** Serves one message of a client; the answer goes to its socket. Bad input is answered by an `error` frame. */
export async function receive(socket: OpenSocket, text: string, ports: SocketPorts): Promise<void> {
  await ports.poster.post(socket.connectionId, JSON.stringify(await answer(socket, text, ports)));
}

/** Ends a connection. API Gateway calls it on a best effort only; the fan-out finds the others. */
export async function disconnect(socket: OpenSocket, { registry }: Pick<SocketPorts, 'registry'>): Promise<void> {
  if (socket.recipient !== undefined) await registry.remove(socket.recipient.tenant, socket.connectionId);
}

async function answer(socket: OpenSocket, text: string, ports: SocketPorts): Promise<SubscribedFrame | ErrorFrame> {
  let id: string | undefined;
  try {
    const frame = parseClientFrame(text);
    id = frame.id;
    return await subscribe(socket, frame, ports);
  } catch (error) {
    if (!isTidingsError(error)) throw error;
    return toErrorFrame(error, error instanceof FrameError ? error.id : id);
  }
}

async function subscribe(socket: OpenSocket, frame: SubscribeFrame, ports: SocketPorts): Promise<SubscribedFrame> {
  const { recipient } = socket;
  if (recipient === undefined) throw new TidingsError('UNAUTHENTICATED', 'Nobody has checked the token of this socket');
  if (recipient.expiresAt * 1000 <= ports.surroundings.now().getTime()) {
    throw new TidingsError('TOKEN_EXPIRED', 'The token of this socket has expired; connect with a new one');
  }
  // Write first and read second: an event that is committed in between is delivered live, and above the head or not.
  await ports.registry.put(toConnection(socket, recipient, frame.filter, false));
  const head = await ports.log.head(recipient.tenant);
  return {
    type: 'subscribed',
    ...(frame.id !== undefined && { id: frame.id }),
    ...(head.epoch !== undefined && { epoch: head.epoch }),
    head: head.sequence,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  };
}

const toConnection = (socket: OpenSocket, recipient: Recipient, filter: Filter, listensOnly: boolean) => ({
  id: socket.connectionId,
  recipient,
  filter,
  listensOnly,
  connectedAt: socket.connectedAt,
});

const toErrorFrame = ({ code, message, errors }: TidingsError, id: string | undefined): ErrorFrame => ({
  type: 'error',
  ...(id !== undefined && { id }),
  code,
  message,
  ...(errors.length > 0 && { errors }),
});
