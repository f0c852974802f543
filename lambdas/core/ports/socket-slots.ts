import type { TenantId } from '@tidings/contracts';

/** A socket as far as it is counted. All of it is known at `$connect` and at `$disconnect` alike. */
export interface SlotHolder {
  readonly tenant: TenantId;
  /** The user; sockets of a tenant whose tokens name none count as one user's. */
  readonly subject: string | undefined;
  readonly connectionId: string;
  readonly connectedAt: Date;
}

/** How many slots there are. */
export interface SlotLimits {
  readonly socketsPerUser: number;
  readonly socketsPerTenant: number;
}

/**
 * Milliseconds that a socket holds its slot at most, from when it was opened. Shorter than the two hours that a socket
 * can live, so that a client which replaces an old socket is not refused the new one while both are open; and so that
 * a slot whose socket ended without anybody hearing of it is free again by then. A tenant's slot may be free up to ten
 * minutes sooner.
 */
export const SLOT_MILLISECONDS = 90 * 60 * 1000;

/** What taking a slot came to. */
export type SlotTaken =
  | { readonly kind: 'taken' }
  /** The user has none left; these hold them, the oldest first. */
  | { readonly kind: 'user-full'; readonly holders: readonly SlotHolder[] }
  | { readonly kind: 'tenant-full' };

/**
 * Counts the sockets of every user and every tenant. However many ask at once, no more slots are taken than there are;
 * what fails half-way leaves a slot taken until its time is over, and never one too many free.
 */
export interface SocketSlots {
  /** Takes one slot of the user and one of the tenant, or neither. Who holds one already is not refused. */
  take(holder: SlotHolder): Promise<SlotTaken>;
  /** Gives both back; of a socket that holds none it is no error. */
  release(holder: SlotHolder): Promise<void>;
}
