import { TidingsHistory, TidingsLive, TidingsOperations, TidingsSubscriptions } from '@tidings/client';
import type { Configuration } from '../configuration.ts';
import { LiveFeed } from '../live/live-feed.ts';
import type { Session } from '../session/session.ts';

/** One hub as one session sees it. All clients ask the session for their tokens. */
export interface Hub {
  readonly configuration: Configuration;
  readonly session: Session;
  /** The page's one live connection; pages share it. */
  readonly live: TidingsLive;
  /** What has come by it, for as long as the session lasts. */
  readonly feed: LiveFeed;
  readonly history: TidingsHistory;
  readonly subscriptions: TidingsSubscriptions;
  readonly operations: TidingsOperations;
}

export function openHub(configuration: Configuration, session: Session): Hub {
  const { apiUrl, socketUrl } = configuration;
  const { token } = session;
  const live = new TidingsLive({ url: socketUrl, apiUrl, token });
  const history = new TidingsHistory({ apiUrl, token });
  return {
    configuration,
    session,
    live,
    feed: new LiveFeed({ live, history }),
    history,
    subscriptions: new TidingsSubscriptions({ apiUrl, token }),
    operations: new TidingsOperations({ apiUrl, token }),
  };
}
