import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** Limits of WebSocket APIs. Source: API Gateway developer guide, "Quotas for configuring and running a WebSocket API". */
export const SOCKET_LIMITS = {
  /** Bytes of a message, in either direction. */
  message: 128 * 1024,
  /** Bytes of a frame that a client sends. */
  frame: 32 * 1024,
  /** Milliseconds without anything sent by either side. */
  idle: 10 * 60 * 1000,
  /** Milliseconds that a connection lasts at most. */
  lifetime: 2 * 60 * 60 * 1000,
};

export type SocketLimits = typeof SOCKET_LIMITS;

const GOING_AWAY = 1001;

/** A WebSocket connection, from the handshake on. */
export class SocketConnection {
  /** Like those of API Gateway: not a number, not a UUID, and ending in `=`, which has to be encoded in a URL. */
  readonly id = `${randomBytes(11).toString('base64url')}=`;
  readonly connectedAt = Date.now();
  readonly sourceIp: string;
  readonly userAgent: string;
  lastActiveAt = this.connectedAt;
  /** What the authorizer has said. */
  authorizer: Readonly<Record<string, string>> | undefined;
  #socket: WebSocket | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #lifetimeTimer: NodeJS.Timeout | undefined;
  readonly #limits: SocketLimits;

  constructor(request: IncomingMessage, limits: SocketLimits) {
    this.sourceIp = request.socket.remoteAddress ?? '';
    this.userAgent = request.headers['user-agent'] ?? '';
    this.#limits = limits;
  }

  /** From now on it can be written to. */
  open(socket: WebSocket): void {
    this.#socket = socket;
    this.#lifetimeTimer = setTimeout(() => socket.close(GOING_AWAY, 'Going away'), this.#limits.lifetime);
    this.touch();
  }

  /** Counts as activity. */
  touch(): void {
    this.lastActiveAt = Date.now();
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#socket?.close(GOING_AWAY, 'Going away'), this.#limits.idle);
  }

  closed(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#lifetimeTimer);
  }

  /** Resolves when the data has been given to the system. */
  async send(data: string): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) throw new Error('The connection is not open');
    await new Promise<void>((resolve, reject) => socket.send(data, (error) => (error ? reject(error) : resolve())));
    this.touch();
  }

  close(code: number, reason: string): void {
    this.#socket?.close(code, reason);
  }

  /** Breaks off without a close frame. */
  terminate(): void {
    this.#socket?.terminate();
  }
}
