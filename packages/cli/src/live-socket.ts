import {
  type EventsFrame,
  type HubFrame,
  type RecordedEvent,
  SUBPROTOCOL,
  type SubscribedFrame,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '@tidings/contracts';
import { type RawData, WebSocket } from 'ws';
import type { AccessToken } from './access-token.ts';
import { reasonOf } from './http.ts';

/** How a socket ended, or why there never was one. */
export type Ending =
  /** The handshake was answered by something else than a socket. */
  | { readonly kind: 'refused'; readonly status: number }
  /** The hub refused to subscribe. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  /** It was there, and is gone: the network, a limit of API Gateway, or silence. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** By `close`. */
  | { readonly kind: 'closed' };

/** Longest wait for the hub to say good-bye. */
const CLOSING_MILLISECONDS = 1000;

export interface LiveSocketOptions {
  readonly url: string;
  readonly token: AccessToken;
  /** Patterns of types; none asks for all. */
  readonly types: readonly string[];
  readonly onEvents: (frame: EventsFrame<RecordedEvent>) => void;
  /** Longest wait for the handshake and for each answer. */
  readonly patienceMilliseconds: number;
}

/** A socket that delivers live events. */
export interface LiveSocket {
  /** Resolves when events arrive, from then on; or, should it come to nothing, by its end. */
  readonly subscribed: Promise<SubscribedFrame | Ending>;
  readonly ended: Promise<Ending>;
  close(): void;
}

/**
 * Opens a socket and subscribes. It asks for the same again at every heartbeat, because API Gateway cuts a socket on
 * which nobody has sent anything for ten minutes; where no answer comes, the socket is given up.
 */
export function openLiveSocket({ url, token, types, onEvents, patienceMilliseconds }: LiveSocketOptions): LiveSocket {
  const subscribed = settleable<SubscribedFrame | Ending>();
  const ended = settleable<Ending>();
  const socket = new WebSocket(url, [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token.text}`], {
    handshakeTimeout: patienceMilliseconds,
    // API Gateway compresses nothing.
    perMessageDeflate: false,
  });
  let heartbeat: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  let requests = 0;

  const end = (ending: Ending): void => {
    clearInterval(heartbeat);
    clearTimeout(silence);
    subscribed.resolve(ending);
    ended.resolve(ending);
    if (ending.kind !== 'closed') socket.terminate();
  };
  const subscribe = (): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    requests += 1;
    socket.send(JSON.stringify({ action: 'subscribe', id: `${requests}`, filter: types.length > 0 ? { types } : {} }));
    // Counts from the first request that has no answer.
    silence ??= setTimeout(() => end({ kind: 'lost', reason: 'the hub is silent' }), patienceMilliseconds);
  };
  const receive = (frame: HubFrame<RecordedEvent>): void => {
    if (frame.type === 'events') onEvents(frame);
    else if (frame.type === 'error') end({ kind: 'error', code: frame.code, message: frame.message });
    else if (frame.type === 'subscribed') {
      clearTimeout(silence);
      silence = undefined;
      heartbeat ??= setInterval(subscribe, frame.heartbeatSeconds * 1000);
      subscribed.resolve(frame);
    }
  };

  const close = (): void => {
    end({ kind: 'closed' });
    socket.close(1000);
    setTimeout(() => socket.terminate(), CLOSING_MILLISECONDS).unref();
  };

  socket.on('open', subscribe);
  socket.on('message', (data) => {
    const frame = parseFrame(data);
    if (frame === undefined) end({ kind: 'lost', reason: 'the hub sent something that is no frame' });
    else receive(frame);
  });
  socket.on('unexpected-response', (_request, response) => {
    end({ kind: 'refused', status: response.statusCode ?? 0 });
  });
  socket.on('error', (error) => end({ kind: 'lost', reason: reasonOf(error) }));
  socket.on('close', (code) => end({ kind: 'lost', reason: `closed with ${code}` }));
  return { subscribed: subscribed.promise, ended: ended.promise, close };
}

/** A promise that is settled from outside; the first value counts. */
function settleable<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A frame from a hub that is trusted to keep its own protocol: only its kind is looked at. */
function parseFrame(data: RawData): HubFrame<RecordedEvent> | undefined {
  try {
    const frame: unknown = JSON.parse(data.toString());
    return typeof frame === 'object' && frame !== null && 'type' in frame
      ? (frame as HubFrame<RecordedEvent>)
      : undefined;
  } catch {
    return undefined;
  }
}
