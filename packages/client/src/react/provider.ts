import { createElement, type ReactElement, type ReactNode, useMemo } from 'react';
import type { LiveClient } from '../dom/live-client.ts';
import { TidingsContext } from './context.ts';
import { LiveStatus } from './live-status.ts';
import { type OwnClientOptions, useOwnClient } from './own-client.ts';

/** What a provider is given: a client, or what to make one of. */
export type TidingsProviderProps = {
  readonly children?: ReactNode;
} & (
  | {
      /** A client of yours. It is left open when the provider goes: whoever has made it closes it. */
      readonly client: LiveClient;
      readonly options?: never;
    }
  | {
      /**
       * What `new TidingsLive` takes. The client opens when the provider is shown and is closed when it goes. Another
       * object with the same in it changes nothing. Another `url`, `apiUrl`, `filter` or `strict` makes another client,
       * which begins as its `cursorStore` or `cursor` says. Of `token` it is always the last one that is asked; the
       * rest counts when a client is made.
       */
      readonly options: OwnClientOptions;
      readonly client?: never;
    }
);

/**
 * Gives the hooks below it a client.
 * @throws TypeError, TidingsError if there is neither a client nor options, or the options cannot be used
 */
export function TidingsProvider({ client, options, children }: TidingsProviderProps): ReactElement {
  if ((client === undefined) === (options === undefined)) {
    throw new TypeError(
      `<TidingsProvider>: expected either client or options, found ${client === undefined ? 'neither' : 'both'}`,
    );
  }
  return client === undefined
    ? createElement(OwnClient, { options, children })
    : createElement(Provided, { client, children });
}

function OwnClient({ options, children }: { readonly options: OwnClientOptions; readonly children?: ReactNode }) {
  return createElement(Provided, { client: useOwnClient(options), children });
}

function Provided({ client, children }: { readonly client: LiveClient; readonly children?: ReactNode }) {
  const value = useMemo(() => ({ live: client, status: new LiveStatus(client) }), [client]);
  return createElement(TidingsContext.Provider, { value }, children);
}
