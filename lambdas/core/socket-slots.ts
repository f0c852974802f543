import { TidingsError } from '@tidings/contracts';
import type { SocketControl } from './ports/outbound.ts';
import type { SlotHolder, SocketSlots } from './ports/socket-slots.ts';
import type { Surroundings } from './ports/surroundings.ts';

export interface SlotPorts {
  readonly slots: SocketSlots;
  readonly control: SocketControl;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/**
 * Sockets of a full user that are looked at before another is refused: enough for a user whose sockets ended unheard
 * of to be let in within a few tries, and few enough that trying is no way to make the hub work.
 */
const LOOKED_AT = 5;

/** API Gateway answers 410 for a socket until its `$connect` has returned. */
const YOUTH_MILLISECONDS = 10_000;

/**
 * Takes a slot for a new socket. `$disconnect` comes on a best effort only, so a user without a free slot may hold some
 * by sockets that are gone: API Gateway is asked about the oldest of them.
 * @throws TidingsError TOO_MANY_SOCKETS
 */
export async function takeSlot(holder: SlotHolder, ports: SlotPorts): Promise<void> {
  let taken = await ports.slots.take(holder);
  if (taken.kind === 'user-full' && (await freeSlots(taken.holders, ports))) taken = await ports.slots.take(holder);
  if (taken.kind === 'taken') return;
  const whose = taken.kind === 'user-full' ? 'user' : 'tenant';
  throw new TidingsError('TOO_MANY_SOCKETS', `The ${whose} has as many sockets as it may have; try again later`);
}

/** @returns whether any was freed */
async function freeSlots(holders: readonly SlotHolder[], { slots, control, surroundings }: SlotPorts) {
  const now = surroundings.now().getTime();
  const settled = holders.filter(({ connectedAt }) => now - connectedAt.getTime() > YOUTH_MILLISECONDS);
  const freed = await Promise.all(
    settled.slice(0, LOOKED_AT).map(async (holder) => {
      if (await control.isOpen(holder.connectionId)) return false;
      await slots.release(holder);
      return true;
    }),
  );
  return freed.includes(true);
}
