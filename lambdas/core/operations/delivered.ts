import type { Cursor } from '@tidings/contracts';
import type { FanOutPosition } from '../ports/event-log.ts';

/**
 * Up to where all open sockets of a tenant have had its events. Of a tenant that is served in shards, its position says how
 * far it has handed on to them: all have had what the slowest has, and what was delivered before it was split.
 * @param shards positions of all shards; one that was never served stands at the beginning
 */
export function deliveredThrough({ epoch, sequence, split }: FanOutPosition, shards: readonly Cursor[]): number {
  if (split === undefined) return sequence;
  const slowest = Math.min(...shards.map((shard) => (shard.epoch === epoch ? shard.sequence : 0)));
  return Math.min(sequence, Math.max(split.since, slowest));
}
