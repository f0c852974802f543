import { WebSocket } from 'ws';
import type { ReceivedEvent } from '../acceptance/events.ts';
import type { Receiver } from '../acceptance/oracle.ts';
import type { Target } from '../acceptance/target.ts';
import { fetchToken } from '../chaos/hub-api.ts';

const TOKEN_SECONDS = 3600;

/** A socket that listens by `?types=*`, which every endpoint can, and notes the events in the order of their arrival. */
export class SocketListener {
  readonly receiver: Receiver;
  readonly events: ReceivedEvent[] = [];
  closed = false;
  readonly #socket: WebSocket;

  private constructor(receiver: Receiver, socket: WebSocket) {
    this.receiver = receiver;
    this.#socket = socket;
    socket.on('message', (data) => {
      const { events = [] } = JSON.parse(String(data)) as { events?: readonly ReceivedEvent[] };
      this.events.push(...events);
    });
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async open(target: Target, receiver: Receiver): Promise<SocketListener> {
    const token = await fetchToken(target, receiver, 'events:read', TOKEN_SECONDS);
    const socket = new WebSocket(`${target.socketUrl}?types=*`, { headers: { authorization: `Bearer ${token}` } });
    const listener = new SocketListener(receiver, socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return listener;
  }

  close(): void {
    this.#socket.terminate();
  }
}
