import { createContext, useContext } from 'react';
import type { LiveClient } from '../dom/live-client.ts';
import type { LiveStatus } from './live-status.ts';

/** What a provider provides. The same object for as long as the client is the same. */
export interface Connection {
  readonly live: LiveClient;
  readonly status: LiveStatus;
}

export const TidingsContext = createContext<Connection | undefined>(undefined);
TidingsContext.displayName = 'Tidings';

/** @throws Error outside of a provider */
export function useConnection(hook: string): Connection {
  const connection = useContext(TidingsContext);
  if (connection === undefined) {
    throw new Error(
      `${hook}: expected a <TidingsProvider> above this component, found none. ` +
        'Render it inside <TidingsProvider options={{ url, token }}> or <TidingsProvider client={live}>',
    );
  }
  return connection;
}
