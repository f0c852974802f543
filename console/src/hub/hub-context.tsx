import { TidingsProvider } from '@tidings/client/react';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Configuration } from '../configuration.ts';
import type { Identity } from '../session/identity.ts';
import type { Session, SessionState } from '../session/session.ts';
import { type Hub, openHub } from './hub.ts';

const HubContext = createContext<Hub | undefined>(undefined);

/** Gives everything below it the hub as a session sees it; another session is another hub. */
export function HubProvider({
  configuration,
  session,
  children,
}: {
  readonly configuration: Configuration;
  readonly session: Session;
  readonly children: ReactNode;
}) {
  const [hub, setHub] = useState<Hub>();
  // A connection is made and ended by an effect: what is only rendered, and thrown away, must not open one.
  useEffect(() => {
    const opened = openHub(configuration, session);
    setHub(opened);
    opened.live.connect();
    return () => void opened.live.close();
  }, [configuration, session]);
  if (hub === undefined) return null;
  return (
    <HubContext value={hub}>
      <TidingsProvider client={hub.live}>{children}</TidingsProvider>
    </HubContext>
  );
}

export function useHub(): Hub {
  const hub = useContext(HubContext);
  if (hub === undefined) throw new Error('useHub: expected a <HubProvider> around this component');
  return hub;
}

/** Who is signed in, and whether they still are. */
export function useSession(): { readonly identity: Identity; readonly state: SessionState } {
  const { session } = useHub();
  const identity = useSyncExternalStore(session.subscribe, () => session.identity);
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  return { identity, state };
}
