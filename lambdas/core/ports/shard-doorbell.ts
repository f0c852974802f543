import type { Head, Sequence, TenantId } from '@tidings/contracts';
import type { Doorbell } from './outbound.ts';

/** What the shards of a large tenant are told. */
export interface ShardNews {
  /** Where the tenant's position was when it began to be served in shards. */
  readonly since: Sequence;
  /** What is to be delivered, up to this. */
  readonly head: Head;
}

/** The doorbell with a button for each shard of a tenant. */
export interface ShardDoorbell extends Doorbell {
  /**
   * Tells shards of a tenant's sockets that there is news; each is heard apart from the others, and in its own order.
   * @param occasion as for {@link Doorbell.ring}
   * @throws unknown if any shard was not told; telling all of them again is safe
   */
  ringShards(
    tenant: TenantId,
    news: ShardNews,
    shards: readonly number[],
    occasion?: string,
    traceparent?: string,
  ): Promise<void>;
}
