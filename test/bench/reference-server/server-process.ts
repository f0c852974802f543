import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Sent, ServerName } from './processes.ts';

/**
 * A server that holds sockets, see processes.ts. Everybody sends one short message when a whole turn has arrived, so the
 * server knows that it has; that is hundreds of times less than what it sends.
 */

interface Turn {
  readonly message: string;
  readonly times: number;
}

/** What both kinds can do. */
interface Broadcaster {
  count(): number;
  /** Tells everybody how many messages are coming, and then sends them. */
  announce(times: number): void;
  broadcast(message: string): void;
}

const [name] = process.argv.slice(2) as [ServerName];
const http = createServer();
let arrived = (): void => {};

function socketIo(): Broadcaster {
  // As a client in a browser that speaks WebSocket gets it; the first polls would only be set-up.
  const io = new Server(http, { transports: ['websocket'] });
  io.on('connection', (socket) => socket.on('arrived', () => arrived()));
  return {
    count: () => io.engine.clientsCount,
    announce: (times) => void io.emit('turn', times),
    broadcast: (message) => void io.emit('message', message),
  };
}

function plainWs(): Broadcaster {
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket) => socket.on('message', () => arrived()));
  const toAll = (text: string): void => {
    for (const socket of server.clients as Set<WebSocket>) socket.send(text);
  };
  return {
    count: () => server.clients.size,
    announce: (times) => toAll(`turn ${times}`),
    broadcast: toAll,
  };
}

const broadcaster = name === 'ws' ? plainWs() : socketIo();

process.on('message', ({ message, times }: Turn) => {
  const before = process.cpuUsage();
  const everybody = broadcaster.count();
  let waiting = everybody;
  arrived = () => {
    waiting -= 1;
    if (waiting > 0) return;
    const { user, system } = process.cpuUsage(before);
    const sent: Sent = { deliveries: everybody * times, processorSeconds: (user + system) / 1e6 };
    process.send?.(sent);
  };
  broadcaster.announce(times);
  let left = times;
  // One message a turn of the loop, as they would come in: what is written meanwhile goes out.
  const next = (): void => {
    if (left === 0) return;
    left -= 1;
    broadcaster.broadcast(message);
    setImmediate(next);
  };
  next();
});
process.once('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', () => process.send?.((http.address() as AddressInfo).port));
