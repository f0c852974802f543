import { asSequence, type Sequence, type TenantId } from '@tidings/contracts';
import { add, type Delivered, type DeliverPorts, deliverRound, nothing, withinBytes } from './deliver-round.ts';
import { createPace } from './pace.ts';
import type { Connection, ConnectionRegistry } from './ports/connection-registry.ts';
import type { EventLog, FanOutPosition, Split } from './ports/event-log.ts';
import type { ShardDoorbell } from './ports/shard-doorbell.ts';
import type { Surroundings } from './ports/surroundings.ts';
import type { PostPorts } from './post-frames.ts';

/** How much the fan-out does at once. */
export interface FanOutScale {
  /** Sockets of a tenant that one run serves by itself. A tenant with more is served in shards, by runs of their own. */
  readonly socketsPerRun: number;
  /** Posts that all sockets together may get in a second. */
  readonly postsPerSecond: number;
  /** In how many shards; see `SHARDS`. */
  readonly shards: number;
  /** How long a tenant that was found to be large is taken for large, until it is looked at again. */
  readonly largeForMilliseconds: number;
}

/** What the fan-out needs of the world. */
export interface FanOutPorts extends DeliverPorts {
  readonly registry: Pick<ConnectionRegistry, 'list'> & PostPorts['registry'];
  readonly log: EventLog;
  readonly doorbell: ShardDoorbell;
  readonly surroundings: Pick<Surroundings, 'now' | 'random' | 'pause' | 'uniqueId'>;
  readonly scale: FanOutScale;
}

/** What one run has done; for metrics and logs. */
export interface FanOutResult extends Readonly<Delivered> {
  /** The position when the run began. */
  readonly from: Sequence;
  readonly through: Sequence;
  /** What the run was to reach when it began; what is between it and `from` is how late the fan-out was. */
  readonly head: Sequence;
  /** Whether the tenant is large, and the news was handed on to the shards of its sockets. */
  readonly isSplit: boolean;
}

/** Events of one round, by number and by bytes: what is delivered at once must fit into the function's memory. */
const ROUND = { events: 500, bytes: 4 * 1024 * 1024 } as const;

/** How much time a run has. Posts take up to three seconds each, so a round is not begun shortly before the end. */
export interface Patience {
  /** Whether there is time for another round. */
  readonly mayBeginRound: () => boolean;
  /** Whether there is time for another post; if not, who is left has missed something. */
  readonly mayPost: () => boolean;
}

/**
 * Delivers a tenant's news to its sockets, from where the last run has stopped up to the head; or, to a tenant with more
 * sockets than one run can serve soon, hands it on to the shards of its sockets (see `fan-out-shard.ts`).
 *
 * Runs of one tenant come one after the other, because the doorbell's message group is the tenant; should two overlap
 * after a timeout all the same, sockets get frames twice, which clients drop by their cursors. The head is read
 * before the connections: who subscribes after that reads a head at least as high, and misses nothing.
 *
 * @param patience when it ends between two rounds, the doorbell is rung for the rest
 * @param traceparent of an event that the run is about, for those that it wakes
 */
export async function fanOut(
  tenant: TenantId,
  patience: Patience,
  ports: FanOutPorts,
  traceparent?: string,
): Promise<FanOutResult> {
  const { log, doorbell, scale, surroundings } = ports;
  const total = nothing();
  const last = await log.fanOutPosition(tenant);
  const head = await log.head(tenant);
  // In another history the old number means nothing: of this one, nothing has been delivered.
  const isSameHistory = last.epoch === head.epoch;
  const from = isSameHistory ? last.sequence : asSequence(0);
  let position = from;
  let split = isSameHistory && from < head.sequence ? await stillSplit(tenant, last, ports) : undefined;
  const posting = { mayPost: patience.mayPost, pace: createPace(scale.postsPerSecond, surroundings) };
  while (position < head.sequence) {
    if (split !== undefined) {
      await doorbell.ringShards(tenant, { since: split.since, head }, allShards(scale), '', traceparent);
      position = head.sequence;
      await log.moveFanOutPosition(tenant, { ...head, split });
      break;
    }
    if (!patience.mayBeginRound()) {
      await doorbell.ring(tenant, head, surroundings.uniqueId());
      break;
    }
    const page = withinBytes(await log.readLedger(tenant, position, head.sequence, ROUND.events), ROUND.bytes);
    const sockets = page.events.length === 0 ? [] : await listUpTo(scale.socketsPerRun, tenant, ports.registry);
    if (sockets === undefined) {
      // Whatever came before has been posted by runs like this one: the shards begin here, and overtake nobody.
      split = { since: position, at: surroundings.now().getTime() };
      continue;
    }
    add(total, await deliverRound(tenant, page.events, [sockets], posting, ports));
    position = page.through;
    await log.moveFanOutPosition(tenant, { epoch: head.epoch, sequence: position });
  }
  return { from, through: position, head: head.sequence, isSplit: split !== undefined, ...total };
}

const allShards = ({ shards }: FanOutScale): readonly number[] => Array.from({ length: shards }, (_, shard) => shard);

/** A tenant that has become this small is served by one run again: less than would split it, so that it stays so. */
const SMALL_AGAIN = 0.5;

/**
 * How a large tenant is served now. It is looked at again from time to time: one that has become small is served by one
 * run again, once all shards are where the tenant is. Until then a run would overtake them.
 */
async function stillSplit(
  tenant: TenantId,
  last: FanOutPosition,
  { log, registry, scale, surroundings }: FanOutPorts,
): Promise<Split | undefined> {
  const { split } = last;
  const now = surroundings.now().getTime();
  if (split === undefined || now - split.at < scale.largeForMilliseconds) return split;
  if ((await listUpTo(scale.socketsPerRun * SMALL_AGAIN, tenant, registry)) === undefined) return { ...split, at: now };
  const shards = await Promise.all(allShards(scale).map((shard) => log.fanOutPosition(tenant, shard)));
  const isDone = shards.every(({ epoch, sequence }) => epoch === last.epoch && sequence >= last.sequence);
  return isDone ? undefined : split;
}

/** All connections of a tenant; `undefined` if there are more than so many. */
async function listUpTo(
  most: number,
  tenant: TenantId,
  registry: Pick<ConnectionRegistry, 'list'>,
): Promise<readonly Connection[] | undefined> {
  const all: Connection[] = [];
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await registry.list(tenant, after === undefined ? {} : { after });
    all.push(...page.connections);
    if (all.length > most) return undefined;
    after = page.next;
  }
  return all;
}
