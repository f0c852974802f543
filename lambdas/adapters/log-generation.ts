import { type Cursor, NO_EPOCH } from '@tidings/contracts';
import type { EventLog } from '../core/ports/event-log.ts';

/**
 * A log as one of its generations. A table that was restored from a backup has the epochs that it had, but another
 * future: what was recorded after the backup is gone, and its numbers are given again. Nobody could tell a cursor into
 * the lost part from one into the new. So whoever restores a table counts the generation up, and every epoch becomes
 * another: readers are told by `reset`.
 *
 * The first generation changes nothing.
 */
export function withGeneration(log: EventLog, generation: number): EventLog {
  if (generation === 1) return log;
  const suffix = `~${generation}`;
  const shown = <Place extends Cursor>(place: Place): Place =>
    place.epoch === NO_EPOCH ? place : { ...place, epoch: `${place.epoch}${suffix}` };
  const stored = <Place extends Cursor>(place: Place): Place => {
    if (place.epoch === NO_EPOCH) return place;
    // An epoch of another generation is none of the table's, though the table may have one that reads the same.
    const epoch = place.epoch.endsWith(suffix) ? place.epoch.slice(0, -suffix.length) : `${suffix}${place.epoch}`;
    return { ...place, epoch };
  };
  return {
    ...log,
    head: async (tenant) => shown(await log.head(tenant)),
    async commit(commit) {
      const outcome = await log.commit({ ...commit, expected: stored(commit.expected) });
      if (outcome.kind === 'committed') return { ...outcome, head: shown(outcome.head) };
      return outcome.kind === 'head-moved' ? { ...outcome, found: shown(outcome.found) } : outcome;
    },
    fanOutPosition: async (tenant, shard) => shown(await log.fanOutPosition(tenant, shard)),
    moveFanOutPosition: (tenant, position, shard) => log.moveFanOutPosition(tenant, stored(position), shard),
  };
}
