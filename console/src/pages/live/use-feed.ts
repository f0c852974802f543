import { useSyncExternalStore } from 'react';
import { useHub } from '../../hub/hub-context.tsx';
import type { FeedSnapshot, LiveFeed } from '../../live/live-feed.ts';

/** What has come in this session, and how it is now. Renders again some times a second at most. */
export function useFeed(): { readonly feed: LiveFeed; readonly snapshot: FeedSnapshot } {
  const { feed } = useHub();
  return { feed, snapshot: useSyncExternalStore(feed.subscribe, feed.getSnapshot) };
}
