import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What an endpoint has counted since it was asked last. */
export interface PostCounts {
  /** Requests to `@connections`, by what was answered. */
  readonly delivered: number;
  readonly gone: number;
  /** Bytes of the messages. */
  readonly bytes: number;
  /** TCP connections that were opened; few where they are kept and used again. */
  readonly opened: number;
  /** By connection, how many messages; only where the endpoint was told to keep them. */
  readonly byConnection: Readonly<Record<string, number>>;
}

/** An endpoint that takes posts for sockets that nobody has, in a process of its own, whose work is not the subject's. */
export interface ConnectionsEndpoint {
  /** As a function's `SOCKET_ENDPOINT`, but `http:`. */
  readonly url: string;
  /** @returns the counts so far, which begin anew */
  counts(): Promise<PostCounts>;
  stop(): Promise<void>;
}

/**
 * Starts an endpoint that answers `POST …/@connections/<id>` as API Gateway does: 200, or 410 with its headers for a
 * connection whose id begins with `gone`.
 *
 * @param keepsIds whether it counts by connection
 */
export async function startConnectionsEndpoint(keepsIds = false): Promise<ConnectionsEndpoint> {
  const file = fileURLToPath(new URL('connections-endpoint-process.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, String(keepsIds)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await message<{ port: number }>(child);
  return {
    url: `http://127.0.0.1:${port}/bench`,
    counts: () => {
      child.send('counts');
      return message<PostCounts>(child);
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

const message = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`The endpoint ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (value) => {
      child.off('exit', failed);
      resolve(value as Message);
    });
  });
