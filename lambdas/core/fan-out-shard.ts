import { asSequence, FRAME_OVERHEAD_BYTES, LIMITS, type TenantId } from '@tidings/contracts';
import { add, deliverRound, nothing, withinBytes } from './deliver-round.ts';
import type { FanOutPorts, FanOutResult, Patience } from './fan-out.ts';
import { createPace } from './pace.ts';
import type { Connection, ConnectionRegistry, Shard } from './ports/connection-registry.ts';
import type { ShardNews } from './ports/shard-doorbell.ts';

/**
 * Events of one round. Little, because a shard may have thousands of sockets and posts to them at its share of the quota:
 * a round that one frame holds is over well before the run is, and the next run goes on where it stopped.
 */
const ROUND = { events: 500, bytes: () => LIMITS.frameBytes - FRAME_OVERHEAD_BYTES } as const;

/** Connections that are listed at once: what is read in a second follows what is posted, and never floods the table. */
const PAGE = 250;

/**
 * Delivers a large tenant's news to one shard of its sockets, from where the shard's last run has stopped.
 *
 * A shard is in a message group of its own, and has a position of its own: its sockets get everything in order, however
 * far other shards are; news that was handed on while it was busy is delivered together; and a ring that is lost, or heard
 * twice, changes nothing that the next one does not set right.
 *
 * @param patience when it ends between two rounds, the shard is rung for the rest
 * @returns `undefined` if the news is of a history that is over
 */
export async function fanOutShard(
  tenant: TenantId,
  index: number,
  news: ShardNews,
  patience: Patience,
  ports: FanOutPorts,
): Promise<FanOutResult | undefined> {
  const { log, doorbell, scale, surroundings } = ports;
  const { epoch, sequence: goal } = news.head;
  const last = await log.fanOutPosition(tenant, index);
  const head = await log.head(tenant);
  if (head.epoch !== epoch) return undefined;
  // What lies behind is from before the tenant was served in shards, and was delivered by runs of another kind.
  const from = asSequence(Math.max(news.since, last.epoch === epoch ? last.sequence : 0));
  const total = nothing();
  const pace = createPace(scale.postsPerSecond / scale.shards, surroundings);
  let position = from;
  while (position < goal) {
    if (!patience.mayBeginRound()) {
      await doorbell.ringShards(tenant, news, [index], surroundings.uniqueId());
      break;
    }
    const page = withinBytes(await log.readLedger(tenant, position, goal, ROUND.events), ROUND.bytes());
    const sockets = pagesOf(tenant, { index, of: scale.shards }, ports.registry);
    add(total, await deliverRound(tenant, page.events, sockets, { mayPost: patience.mayPost, pace }, ports));
    position = page.through;
    await log.moveFanOutPosition(tenant, { epoch, sequence: position }, index);
  }
  return { from, through: position, head: goal, isSplit: false, ...total };
}

async function* pagesOf(
  tenant: TenantId,
  shard: Shard,
  registry: Pick<ConnectionRegistry, 'list'>,
): AsyncGenerator<readonly Connection[]> {
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await registry.list(tenant, { shard, limit: PAGE, ...(after !== undefined && { after }) });
    yield page.connections;
    after = page.next;
  }
}
