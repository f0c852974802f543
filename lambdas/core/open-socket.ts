import { parseFilter } from '@tidings/contracts';
import type { Recipient } from './identity.ts';
import type { ConnectionOrigin, ConnectionRegistry } from './ports/connection-registry.ts';
import type { SlotHolder } from './ports/socket-slots.ts';
import { type SlotPorts, takeSlot } from './socket-slots.ts';

/** A socket that API Gateway has let in. */
export interface OpenSocket {
  readonly connectionId: string;
  /** Whose it is by the token that it was opened with; absent if nobody has checked one, which no request survives. */
  readonly recipient: Recipient | undefined;
  readonly connectedAt: Date;
}

/** What opening and closing sockets needs of the world. */
export interface OpeningPorts extends SlotPorts {
  readonly registry: ConnectionRegistry;
}

/**
 * Begins a connection, if user and tenant have a slot left. One that says `?types=bank.*,community.*` only listens and
 * need never send anything; any other is registered when it subscribes.
 * @throws TidingsError FILTER_INVALID, TOO_MANY_SOCKETS
 */
export async function connect(
  socket: OpenSocket & { readonly recipient: Recipient },
  types: string | undefined,
  ports: OpeningPorts,
): Promise<void> {
  const filter =
    types === undefined ? undefined : parseFilter({ types: types.split(',').map((one) => one.trim()) }, '');
  const holder = holderOf(socket, socket.recipient);
  await takeSlot(holder, ports);
  if (filter === undefined) return;
  try {
    await ports.registry.subscribe(originOf(socket, socket.recipient), { filter }, true);
  } catch (error) {
    // The socket will not open. Should this fail as well, the slot is free when its time is over.
    await ports.slots.release(holder).catch(() => undefined);
    throw error;
  }
}

/** Ends a connection. API Gateway calls it on a best effort only; the fan-out finds the others. */
export async function disconnect(
  socket: OpenSocket,
  { registry, slots }: Pick<OpeningPorts, 'registry' | 'slots'>,
): Promise<void> {
  const { recipient, connectionId } = socket;
  if (recipient === undefined) return;
  await Promise.all([registry.remove(recipient.tenant, connectionId), slots.release(holderOf(socket, recipient))]);
}

const holderOf = ({ connectionId, connectedAt }: OpenSocket, { tenant, subject }: Recipient): SlotHolder => ({
  tenant,
  subject,
  connectionId,
  connectedAt,
});

/** Who the socket is, by what its `$connect` has said. */
export const originOf = ({ connectionId, connectedAt }: OpenSocket, recipient: Recipient): ConnectionOrigin => ({
  id: connectionId,
  recipient,
  connectedAt,
});
