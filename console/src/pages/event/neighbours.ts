import type { TidingsEvent } from '@tidings/client';
import { type HistoryReader, readBefore, readHead, readOn } from '../history/read-history.ts';

/** The events before and after one, of those that the reader may see. */
export interface Neighbours {
  readonly previous: TidingsEvent | undefined;
  readonly next: TidingsEvent | undefined;
}

/** Looks as far around as one view of history does; who is told of none may look further there. @throws HubError */
export async function readNeighbours(
  history: HistoryReader,
  sequence: number,
  signal?: AbortSignal,
): Promise<Neighbours> {
  const reading = { limit: 1, filter: {}, signal };
  const head = await readHead(history, signal);
  const [before, after] = await Promise.all([
    readBefore(history, { ...head, through: Math.min(sequence - 1, head.sequence) }, reading),
    readOn(history, { after: sequence }, sequence + 1, reading),
  ]);
  return {
    previous: before.kind === 'stretch' ? before.events.at(-1) : undefined,
    next: after.kind === 'stretch' ? after.events[0] : undefined,
  };
}
