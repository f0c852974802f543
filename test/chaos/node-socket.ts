import type { Surroundings } from '@tidings/client';
import { WebSocket } from 'ws';

/** Source: RFC 6455, section 7.4.1. */
const NORMAL_CLOSURE = 1000;

/** How Node 20, which has no `WebSocket` of its own, opens the client's sockets. */
export const openNodeSocket: Surroundings['openSocket'] = (url, protocols, events) => {
  const socket = new WebSocket(url, [...protocols], { maxPayload: 1024 * 1024 });
  let isLeft = false;
  socket.on('open', () => isLeft || events.opened());
  socket.on('message', (data) => isLeft || events.received(String(data)));
  socket.on('close', (code, reason) => isLeft || events.closed(code, String(reason)));
  // `close` always follows.
  socket.on('error', () => undefined);
  return {
    send: (text) => socket.send(text),
    close() {
      isLeft = true;
      socket.close(NORMAL_CLOSURE);
    },
  };
};
