import { storageCursorStore, systemSurroundings, type TidingsLiveOptions } from '@tidings/client';

/** What a test tells a page in its address. */
export const parameters = new URLSearchParams(location.search);

/** A hub whose heart beats every second instead of every four minutes. */
function quickHeart(): Pick<ReturnType<typeof systemSurroundings>, 'openSocket'> {
  const system = systemSurroundings();
  return {
    openSocket: (url, protocols, events) =>
      system.openSocket(url, protocols, {
        opened: () => events.opened(),
        received: (text) => events.received(text.replace(/"heartbeatSeconds":\d+/, '"heartbeatSeconds":1')),
        closed: (code, reason) => events.closed(code, reason),
      }),
  };
}

/** The page's own server gives tokens, as a front end's back end does. */
async function fetchToken(): Promise<string> {
  const response = await fetch(`/token?${parameters}`);
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  return await response.text();
}

/** What the tests of this folder connect with. A new object each time, as in a component that writes its options down. */
export const liveOptions = (): TidingsLiveOptions => ({
  url: parameters.get('socketUrl') ?? '',
  token: () => fetchToken(),
  ...(parameters.has('replay') && { cursor: 'oldest' }),
  ...(parameters.has('keep') && { cursorStore: storageCursorStore(sessionStorage, 'tidings-cursor') }),
  timing: { answer: 1500, attempt: 4000, backoffBase: 100, backoffCap: 500, stable: 1000 },
  surroundings: quickHeart(),
});
