import type { Filter, TenantId } from '@tidings/contracts';
import type { Recipient } from '../identity.ts';

/** An open socket that wants events. */
export interface Connection {
  readonly id: string;
  /** Who it belongs to, with the claims of its newest token. */
  readonly recipient: Recipient;
  readonly filter: Filter;
  /**
   * Whether it only listens (`?types=`). It cannot sync, so a failed post is forgiven after a while instead of
   * waiting for a sync.
   */
  readonly listensOnly: boolean;
  readonly connectedAt: Date;
  /** Since when it has missed something; absent if it has not. */
  readonly behindSince?: Date | undefined;
}

/** The open sockets of every tenant. Consistent: what has been written is in the next list. */
export interface ConnectionRegistry {
  /** Writes a connection, in place of what was known of it; it is not behind any more. */
  put(connection: Connection): Promise<void>;
  /** All connections of a tenant, those behind and expired included. */
  list(tenant: TenantId): Promise<readonly Connection[]>;
  /** Marks a connection as behind, unless it is gone. */
  markBehind(tenant: TenantId, id: string, since: Date): Promise<void>;
  /** Forgets a connection; one that is unknown is no error. */
  remove(tenant: TenantId, id: string): Promise<void>;
}
