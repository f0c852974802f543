import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Servers that hold their sockets themselves. */
export const REFERENCE_SERVERS = ['socket.io', 'ws'] as const;
export type ServerName = (typeof REFERENCE_SERVERS)[number];

/** What a sender has done, until every socket had everything. */
export interface Sent {
  readonly deliveries: number;
  readonly processorSeconds: number;
}

/** Something that sends to many sockets. */
export interface ReferenceServer {
  readonly port: number;
  /** Sends a message so many times to everyone, and waits until it has arrived. */
  send(message: string, times: number): Promise<Sent>;
  stop(): Promise<void>;
}

export async function startReferenceServer(name: ServerName): Promise<ReferenceServer> {
  const child = start('server-process.ts', name);
  const port = await ask<number>(child);
  return {
    port,
    async send(message, times) {
      child.send({ message, times });
      return await ask<Sent>(child);
    },
    stop: async () => await end(child),
  };
}

/** Sockets in a process of their own. They say after each message that they have it, to the server that counts. */
export async function startReceivers(
  name: ServerName,
  port: number,
  count: number,
): Promise<{ stop(): Promise<void> }> {
  const child = start('receivers-process.ts', name, String(port), String(count));
  await ask(child);
  return { stop: async () => await end(child) };
}

const start = (file: string, ...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

const ask = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`A process of the bench ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (value) => {
      child.off('exit', failed);
      resolve(value as Message);
    });
  });
