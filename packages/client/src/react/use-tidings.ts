import { useMemo, useSyncExternalStore } from 'react';
import type { LiveClient } from '../dom/live-client.ts';
import { useConnection } from './context.ts';
import { type LiveSnapshot, LiveStatus } from './live-status.ts';

/** What `useTidings` gives. */
export interface Tidings extends LiveSnapshot {
  /** The provider's client. */
  readonly live: LiveClient;
}

/**
 * The client, and how its connection is. Renders again when that changes.
 * @throws Error outside of a `<TidingsProvider>`
 */
export function useTidings(): Tidings {
  const { live, status } = useConnection('useTidings');
  const snapshot = useSyncExternalStore(status.subscribe, status.getSnapshot, LiveStatus.getServerSnapshot);
  return useMemo(() => ({ ...snapshot, live }), [snapshot, live]);
}
