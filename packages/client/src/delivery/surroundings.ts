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
}

/** Source: RFC 6455, section 7.4.1. */
const NORMAL_CLOSURE = 1000;

/** As much of a `WebSocket` as the client uses. */
export interface WebSocketLike {
  onopen: (() => void) | null;
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  onclose: ((close: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code: number): void;
}

/** `WebSocket` of browsers, of Node from 22 on, or of the package `ws`. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocketLike;

/** What browsers, and Node from 22 on, have at hand. Declared here because neither's types fit the other. */
interface Globals {
  setTimeout(call: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
  readonly WebSocket?: WebSocketClass;
}

/** The surroundings of a browser or of Node. Node before 22 has no `WebSocket`: pass one. */
export function systemSurroundings(webSocket?: WebSocketClass): Surroundings {
  const globals = globalThis as unknown as Globals;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    schedule(milliseconds, call) {
      const handle = globals.setTimeout(call, milliseconds);
      return () => globals.clearTimeout(handle);
    },
    openSocket(url, protocols, events) {
      const WebSocket = webSocket ?? globals.WebSocket;
      if (WebSocket === undefined) {
        const advice = 'pass webSocket, such as the WebSocket of the package "ws" in Node before 22';
        throw new DeliveryError('SOCKET_FAILED', `Expected a global WebSocket, found none: ${advice}`);
      }
      const socket = new WebSocket(url, [...protocols]);
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
  };
}

/** What is given, and the system's own for what is not. Called as methods: what is given may be an object of a class. */
export function completeSurroundings(given: Partial<Surroundings> = {}, webSocket?: WebSocketClass): Surroundings {
  const system = systemSurroundings(webSocket);
  const from = (name: keyof Surroundings) => (given[name] === undefined ? system : (given as Surroundings));
  return {
    now: () => from('now').now(),
    random: () => from('random').random(),
    schedule: (milliseconds, call) => from('schedule').schedule(milliseconds, call),
    openSocket: (url, protocols, events) => from('openSocket').openSocket(url, protocols, events),
  };
}
