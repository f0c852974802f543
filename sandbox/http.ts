import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AwsError, SandboxError } from './sandbox-error.ts';

export const HOST = '127.0.0.1';

/**
 * Starts a server on the loopback interface.
 *
 * @param port 0 lets the system choose
 * @param purpose what the port is for, for whoever finds it taken
 * @returns the port
 * @throws SandboxError when the port is taken
 */
export async function listen(server: Server, port: number, purpose: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        taken
          ? new SandboxError(
              `Port ${port} (${purpose}) is taken. Free it, choose another with --port, or any with --port 0`,
            )
          : error,
      );
    });
    server.listen(port, HOST, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Answers everybody by 503 until the server has something to serve: a port that takes requests and never answers them
 * would hold up whoever tries while a sandbox starts.
 *
 * @returns ends that
 */
export function turnAway(server: Server): () => void {
  const request = (_: IncomingMessage, response: ServerResponse): void =>
    answerJson(response, 503, { message: 'Service Unavailable' }, { 'retry-after': '1' });
  const upgrade = (_: IncomingMessage, socket: Duplex): void => {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n');
  };
  server.on('request', request).on('upgrade', upgrade);
  return () => {
    server.off('request', request).off('upgrade', upgrade);
  };
}

/** Stops a server, with the connections that clients keep open. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/**
 * Reads a body. `undefined` when it is longer than the limit (bytes); the rest of it is then left unread.
 * @throws Error when the client goes away before the end
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limit) return;
      request.off('data', take).pause();
      resolve(undefined);
    };
    request
      .on('data', take)
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject)
      .once('close', () => reject(new Error('The client has gone before the end of its body')));
  });
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: NodeJS.Dict<string> = {}) {
  if (response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** A JSON object, as the AWS services take it. */
export function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Answered below.
  }
  throw new AwsError('SerializationException', 'The body is no JSON object');
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
