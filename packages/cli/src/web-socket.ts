import type { Socket, SocketEvents } from '@tidings/client';
import { type RawData, WebSocket } from 'ws';
import { reasonOf } from './http.ts';

/** Longest wait for the hub to say good-bye. */
const CLOSING_MILLISECONDS = 1000;

/** Why there is no socket any more, which the client's own core does not ask: to a browser nobody tells. */
export type SocketEnd =
  /** The handshake was answered by something else than a socket. */
  | { readonly kind: 'refused'; readonly status: number }
  /** The network failed, or the socket was closed. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Opens a socket for the client's delivery: Node.js has a `WebSocket` of its own from 22 on only, and that one does not
 * tell why a handshake was refused.
 */
export function openWebSocket(
  url: string,
  protocols: readonly string[],
  { opened, received, closed }: SocketEvents,
  onEnd: (end: SocketEnd) => void,
): Socket {
  // API Gateway compresses nothing.
  const socket = new WebSocket(url, [...protocols], { perMessageDeflate: false });
  let isOver = false;
  const end = (found: SocketEnd, code: number): void => {
    if (isOver) return;
    isOver = true;
    onEnd(found);
    closed(code, '');
  };
  socket.on('open', opened);
  socket.on('message', (data) => received(textOf(data)));
  socket.on('unexpected-response', (_request, response) => {
    end({ kind: 'refused', status: response.statusCode ?? 0 }, 1006);
    socket.terminate();
  });
  socket.on('error', (error) => end({ kind: 'lost', reason: reasonOf(error) }, 1006));
  socket.on('close', (code) => end({ kind: 'lost', reason: `closed with ${code}` }, code));
  return {
    send: (text) => socket.send(text),
    close() {
      isOver = true;
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSING_MILLISECONDS).unref();
    },
  };
}

const textOf = (data: RawData): string => (Array.isArray(data) ? Buffer.concat(data).toString() : data.toString());
