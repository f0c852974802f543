import { DeliveryError } from './delivery-error.ts';

/** Undoes what was scheduled. Calling it later, or again, does nothing. */
export type Cancel = () => void;

/** What a socket tells. Nothing comes before `openSocket` has returned, and nothing after `closed`. */
export interface SocketEvents {
  opened(): void;
  received(text: string): void;
  /** It is gone, or never came to be: a refused handshake looks no different to a browser. */
  closed(code: number, reason: string): void;
}

/** As much of a WebSocket as the client uses. */
export interface Socket {
  /** Only called between `opened` and `closed`. */
  send(text: string): void;
  /** The client listens no more from here on, whether the hub answers or not. May be called before `opened`. */
  close(): void;
}

/** The world: time, chance and the network. Everything that the client does later, it does through these. */
export interface Surroundings {
  /** Epoch milliseconds. Only compared with when a token ends. */
  now(): number;
  /** Calls once, after so many milliseconds, never before it has returned. */
  schedule(milliseconds: number, call: () => void): Cancel;
  /** A number from 0 up to but not including 1. */
  random(): number;
  /** Begins to open a socket. A throw counts as a failed try. */
  openSocket(url: string, protocols: readonly string[], events: SocketEvents): Socket;
  /**
   * Calls whenever the client may have slept or been cut off: the page is seen again, or the network is back. The client
   * then asks at once, instead of at its next heartbeat, and does not wait to connect.
   */
  whenAwake?(call: () => void): Cancel;
}

/** A longer delay would end at once. Source: HTML Standard, timers: the delay is a 32-bit integer. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

/** Source: RFC 6455, section 7.4.1. */
const NORMAL_CLOSURE = 1000;

interface WebSocketLike {
  onopen: (() => void) | null;
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  onclose: ((close: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code: number): void;
}

/**
 * `WebSocket` of browsers, of Node from 22 on, or of the package `ws`. It must have the handlers `onopen`, `onmessage`,
 * `onclose` and `onerror` of the web's; they are not written down here, because each of the three types them otherwise.
 */
export type WebSocketClass = new (
  url: string,
  protocols: string[],
) => {
  send(text: string): void;
  close(code: number): void;
};

/** What browsers, and Node from 22 on, have at hand. Declared here because neither's types fit the other. */
interface Globals {
  setTimeout(call: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
  readonly WebSocket?: WebSocketClass;
  readonly document?: EventSource & { readonly visibilityState: string };
}

/** As much of `window` and `document` as tells that a page is awake. Node has neither. */
interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** The surroundings of a browser or of Node. Node before 22 has no `WebSocket`: pass one. */
export function systemSurroundings(webSocket?: WebSocketClass): Required<Surroundings> {
  const globals = globalThis as unknown as Globals;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    schedule(milliseconds, call) {
      const handle = globals.setTimeout(call, Math.min(milliseconds, LONGEST_MILLISECONDS));
      return () => globals.clearTimeout(handle);
    },
    openSocket(url, protocols, events) {
      const WebSocket = webSocket ?? globals.WebSocket;
      if (WebSocket === undefined) {
        const advice = 'pass webSocket, such as the WebSocket of the package "ws" in Node before 22';
        throw new DeliveryError('SOCKET_FAILED', `Expected a global WebSocket, found none: ${advice}`);
      }
      const socket = construct(WebSocket, url, protocols);
      socket.onopen = () => events.opened();
      socket.onmessage = ({ data }) => events.received(String(data));
      socket.onclose = ({ code, reason }) => events.closed(code, reason);
      // `close` always follows, and says as much as a browser lets us know.
      socket.onerror = () => undefined;
      return {
        send: (text) => socket.send(text),
        close() {
          socket.onopen = socket.onmessage = socket.onclose = null;
          socket.close(NORMAL_CLOSURE);
        },
      };
    },
    whenAwake: (call) => listenForWaking(globals, call),
  };
}

/**
 * A laptop that was closed for less than a heartbeat may have a dead socket of which nobody has told it.
 * Source: Page Lifecycle API (`resume`), Page Visibility, HTML standard (`online`).
 */
function listenForWaking(globals: Globals & EventSource, call: () => void): Cancel {
  const { document } = globals;
  const whenSeen = (): void => {
    if (document?.visibilityState === 'visible') call();
  };
  globals.addEventListener?.('online', call);
  document?.addEventListener?.('resume', call);
  document?.addEventListener?.('visibilitychange', whenSeen);
  return () => {
    globals.removeEventListener?.('online', call);
    document?.removeEventListener?.('resume', call);
    document?.removeEventListener?.('visibilitychange', whenSeen);
  };
}

function construct(WebSocket: WebSocketClass, url: string, protocols: readonly string[]): WebSocketLike {
  try {
    return new WebSocket(url, [...protocols]) as WebSocketLike;
  } catch (thrown) {
    // What was thrown is left out: it may quote the protocol that it does not like, and so the token.
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    throw new DeliveryError(
      'SOCKET_FAILED',
      `Expected a URL and a JWT that make a WebSocket, found ones that make a ${name}`,
    );
  }
}

/** What is given, and the system's own for what is not. Called as methods: what is given may be an object of a class. */
export function completeSurroundings(
  given: Partial<Surroundings> = {},
  webSocket?: WebSocketClass,
): Required<Surroundings> {
  const system = systemSurroundings(webSocket);
  const from = (name: keyof Surroundings) => (given[name] === undefined ? system : (given as Required<Surroundings>));
  return {
    now: () => from('now').now(),
    random: () => from('random').random(),
    schedule: (milliseconds, call) => from('schedule').schedule(milliseconds, call),
    openSocket: (url, protocols, events) => from('openSocket').openSocket(url, protocols, events),
    whenAwake: (call) => from('whenAwake').whenAwake(call),
  };
}
