import type { Cursor, EventId, Head, Sequence, TenantId } from '@tidings/contracts';
import type { Audience } from '../identity.ts';

/** What the ledger keeps of an event: all that audience and filter look at, and none of the payload. */
export interface LedgerHeader extends Audience {
  readonly id: EventId;
  readonly type: string;
  readonly subject?: string | undefined;
  /** UTF-8 bytes of the event as JSON, with sequence and recordedtime. */
  readonly bytes: number;
}

/** A header with its place in the order. */
export interface LedgerEvent extends LedgerHeader {
  readonly sequence: Sequence;
}

/** An event about to be recorded. */
export interface NewEvent {
  readonly header: Omit<LedgerHeader, 'bytes'>;
  /** The event as JSON, as its producer has sent it: the log adds sequence and recordedtime. */
  readonly json: string;
}

/** What one atomic commit writes. */
export interface Commit {
  readonly tenant: TenantId;
  /** The head that the committer has read; the commit fails if it has moved since. */
  readonly expected: Head;
  /** The epoch that the tenant gets if this is its first commit. */
  readonly newEpoch: string;
  /** In their order; the first gets the sequence after the expected head. */
  readonly events: readonly NewEvent[];
  readonly recordedAt: Date;
  /** Epoch second from which the events are gone. */
  readonly expiresAt: number;
}

/** Why a commit wrote nothing. Exactly one kind is the case; a conflict leaves no trace in the log. */
export type CommitConflict =
  /** Some of the ids are recorded already. */
  | { readonly kind: 'duplicates'; readonly ids: ReadonlySet<EventId> }
  /** Somebody else has committed since the head was read. */
  | { readonly kind: 'head-moved'; readonly found: Head }
  /** The store is busy with the same items, or throttles: nothing was decided. */
  | { readonly kind: 'contended' };

/** What a commit did. */
export type CommitOutcome = { readonly kind: 'committed'; readonly head: Head } | CommitConflict;

/** A stretch of the ledger. */
export interface LedgerPage {
  /** Events after the cursor, in order, without expired ones. */
  readonly events: readonly LedgerEvent[];
  /** Everything up to here has been looked at. */
  readonly through: Sequence;
}

/** How a large tenant is served: by a run for each shard of its sockets. */
export interface Split {
  /** Where the tenant's position was when it began: what came before, no shard need deliver. */
  readonly since: Sequence;
  /** When it was found last that the tenant is large, in milliseconds since 1970. */
  readonly at: number;
}

/** How far the fan-out is: of a tenant that is served in shards, how far it has handed out to them. */
export interface FanOutPosition extends Cursor {
  /** Absent for a tenant that one run serves as a whole, and for a shard. */
  readonly split?: Split;
}

/**
 * The record of every tenant's events.
 *
 * Atomicity: a commit writes all or nothing. Order: heads and ledgers are read consistently, and nothing above the
 * head that a reader has read before is ever part of what it is given.
 */
export interface EventLog {
  /** The tenant's head; `EMPTY_HEAD` if it has no event. */
  head(tenant: TenantId): Promise<Head>;

  /** Records events at the end of the tenant's order, each under an id that is not recorded yet, or nothing at all. */
  commit(commit: Commit): Promise<CommitOutcome>;

  /**
   * The ledger after a cursor, up to a head that was read before.
   * @param limit most events of the page; it may hold fewer, though there are more
   */
  readLedger(tenant: TenantId, after: Sequence, upTo: Sequence, limit: number): Promise<LedgerPage>;

  /** The events with these ids as JSON text, with sequence and recordedtime. Unknown and expired ones are missing. */
  readEvents(tenant: TenantId, ids: readonly EventId[]): Promise<ReadonlyMap<EventId, string>>;

  /**
   * Up to where the fan-out has delivered the tenant's events, and in which history; `EMPTY_HEAD` if it never has.
   * @param shard that of one shard's sockets, for a tenant that is served in shards
   */
  fanOutPosition(tenant: TenantId, shard?: number): Promise<FanOutPosition>;

  /**
   * Moves the fan-out's position forward: within an epoch to a higher sequence, and into another epoch anyhow. A
   * position that is further already stays as it is, its {@link FanOutPosition.split} included.
   */
  moveFanOutPosition(tenant: TenantId, position: FanOutPosition, shard?: number): Promise<void>;
}
