import { TidingsApiClient, TidingsHistory, TidingsLive, TidingsSubscriptions } from '@tidings/client';
import type { Configuration } from '../configuration.ts';
import type { Session } from '../session/session.ts';

/** One hub as one session sees it. All clients ask the session for their tokens. */
export interface Hub {
  readonly configuration: Configuration;
  readonly session: Session;
  /** The page's one live connection; pages share it. */
  readonly live: TidingsLive;
  /** Publishes as who is signed in. */
  readonly publisher: TidingsApiClient;
  readonly history: TidingsHistory;
  readonly subscriptions: TidingsSubscriptions;
}

export function openHub(configuration: Configuration, session: Session): Hub {
  const { apiUrl, socketUrl } = configuration;
  const { token } = session;
  return {
    configuration,
    session,
    live: new TidingsLive({ url: socketUrl, apiUrl, token }),
    publisher: new TidingsApiClient({ apiUrl, token: () => token() }),
    history: new TidingsHistory({ apiUrl, token }),
    subscriptions: new TidingsSubscriptions({ apiUrl, token }),
  };
}
