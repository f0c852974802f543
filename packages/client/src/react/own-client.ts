import { type RefObject, useEffect, useState } from 'react';
import type { LiveClient } from '../dom/live-client.ts';
import { TidingsLive, type TidingsLiveOptions } from '../live/index.ts';
import { useLatest } from './use-latest.ts';

/** What the provider makes a client of. */
export type OwnClientOptions = TidingsLiveOptions;

/** A client of the provider's. Making one opens nothing: React may render, and never show what it has rendered. */
class OwnClient {
  readonly live: LiveClient;
  readonly identity: string;
  #isHeld = false;
  #isClosed = false;

  constructor(latest: Readonly<RefObject<OwnClientOptions>>, options: OwnClientOptions) {
    this.identity = identityOf(options);
    this.live = new TidingsLive({ ...options, token: (reason) => latest.current.token(reason) });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  hold(): void {
    this.#isHeld = true;
    this.live.connect();
  }

  /** Closes it unless it is held again at once, as React's StrictMode and Fast Refresh do. */
  release(): void {
    this.#isHeld = false;
    void Promise.resolve().then(() => {
      if (this.#isHeld || this.#isClosed) return;
      this.#isClosed = true;
      return this.live.close();
    });
  }
}

/** A client for as long as the component is shown, and another only if it would be another connection. */
export function useOwnClient(options: OwnClientOptions): LiveClient {
  const latest = useLatest(options);
  const [known, setKnown] = useState(() => new OwnClient(latest, options));
  let own = known;
  if (own.identity !== identityOf(options)) {
    own = new OwnClient(latest, options);
    setKnown(own);
  }
  useEffect(() => {
    // Hidden for a while, and shown again.
    if (own.isClosed) {
      setKnown(new OwnClient(latest, latest.current));
      return undefined;
    }
    own.hold();
    return () => own.release();
  }, [own, latest]);
  return own.live;
}

/** What makes one connection another. Lists of a filter are sets: their order means nothing. */
function identityOf({ url, apiUrl, filter = {}, strict = false }: OwnClientOptions): string {
  const lists = Object.entries(filter)
    .map(([name, list]: [string, unknown]) => [name, Array.isArray(list) ? [...list].sort() : list] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([url, apiUrl, strict, lists]);
}
