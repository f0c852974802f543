import type { Filter, SubscriptionName, TenantId } from '@tidings/contracts';
import type { Recipient } from '../identity.ts';

/** What a socket has asked for: a filter of its own, or a durable subscription, whose filter it then has. */
export type Wish = { readonly filter: Filter } | { readonly subscription: SubscriptionName };

/** An open socket that the hub knows. */
export interface Connection {
  readonly id: string;
  /** Who it belongs to, with the claims of its newest token. */
  readonly recipient: Recipient;
  /** Absent until it has subscribed: it gets nothing yet. */
  readonly wish?: Wish | undefined;
  /**
   * Whether it only listens (`?types=`). It cannot sync, so a failed post is forgiven after a while instead of
   * waiting for a sync.
   */
  readonly listensOnly: boolean;
  readonly connectedAt: Date;
  /** Since when it has missed something; absent if it has not. */
  readonly behindSince?: Date | undefined;
  /** Counts its subscribes and syncs: what was listed before one of them says nothing about it after. */
  readonly turn: number;
}

/** Who the socket is, as far as its `$connect` has said. */
export type ConnectionOrigin = Pick<Connection, 'id' | 'recipient' | 'connectedAt'>;

/**
 * In how many shards the sockets of a large tenant are served, each by a run of its own: enough that no run has much to
 * do, and few enough that it costs next to nothing beside the posts. A socket is in the same shard as long as it lives,
 * which a hash of its id says, so nobody has to remember it.
 */
export const SHARDS = 32;

/** One of so many shards, from 0 on. */
export interface Shard {
  readonly index: number;
  /** A power of two, at most 65,536. */
  readonly of: number;
}

/** Which of a tenant's connections to list. */
export interface ListPart {
  /** @default all of them */
  readonly shard?: Shard;
  /** The {@link ConnectionPage.next} of the page before. @default the first page */
  readonly after?: string;
  /** Most connections of the page, those included that are over. @default as many as one read takes */
  readonly limit?: number;
}

/** Some of a tenant's connections. */
export interface ConnectionPage {
  readonly connections: readonly Connection[];
  /** Where the next page begins; absent after the last. A page may be empty though others follow. */
  readonly next?: string | undefined;
}

/** What beginning a sync came to. */
export type SyncBegun =
  | { readonly kind: 'begun'; readonly connection: Connection & { readonly wish: Wish } }
  /** The registry does not know the connection, or it has not subscribed. */
  | { readonly kind: 'not-subscribed' }
  /** It has synced too often in the current window. */
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** The open sockets of every tenant. Consistent: what has been written is in the next read. */
export interface ConnectionRegistry {
  /**
   * Notes what a connection wants, in place of what it wanted before; it is not behind any more. A recipient that the
   * registry knows already stays, because it may have been renewed since the socket was opened.
   * @returns the connection as it is known now
   */
  subscribe(origin: ConnectionOrigin, wish: Wish, listensOnly: boolean): Promise<Connection>;
  /** Gives a connection the claims of a newer token; one that is not known yet becomes known, without a wish. */
  renew(origin: ConnectionOrigin): Promise<void>;
  find(tenant: TenantId, id: string): Promise<Connection | undefined>;
  /** Connections of a tenant, those behind and expired included, a page at a time. */
  list(tenant: TenantId, part?: ListPart): Promise<ConnectionPage>;
  /** Counts a sync and takes the mark of being behind away, in one step. What is posted from then on arrives, or marks it again. */
  beginSync(tenant: TenantId, id: string, now: Date): Promise<SyncBegun>;
  /**
   * Marks a connection as behind, unless it is gone, or has subscribed or synced since it was listed: then it has been
   * told where the log ended after what it missed.
   */
  markBehind(
    listed: Pick<Connection, 'id' | 'turn'> & { recipient: Pick<Recipient, 'tenant'> },
    since: Date,
  ): Promise<void>;
  /** Forgets a connection; one that is unknown is no error. */
  remove(tenant: TenantId, id: string): Promise<void>;
}
