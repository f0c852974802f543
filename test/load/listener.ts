import { WebSocket } from 'ws';
import type { Target } from '../acceptance/target.ts';

const ARRIVAL_MILLISECONDS = 20_000;

/** A socket that only listens, and tells when each event arrives. */
export interface Listener {
  /** Resolves with `performance.now()` at the event's arrival. Asked for before the event is sent. */
  arrival(id: string): Promise<number>;
  close(): void;
}

/** Opens a listener for everything that the token may see. */
export async function openListener({ socketUrl }: Target, token: string): Promise<Listener> {
  const socket = new WebSocket(`${socketUrl}?types=*`, ['tidings.v1', `bearer.${token}`]);
  const waiting = new Map<string, (milliseconds: number) => void>();
  socket.on('message', (data) => {
    const now = performance.now();
    const { events = [] } = JSON.parse(String(data)) as { events?: { id: string }[] };
    for (const { id } of events) waiting.get(id)?.(now);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    arrival: (id) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`The event ${id} has not arrived`)), ARRIVAL_MILLISECONDS);
        waiting.set(id, (now) => {
          clearTimeout(late);
          waiting.delete(id);
          resolve(now);
        });
      }),
    close: () => socket.terminate(),
  };
}
