import { type RawData, WebSocket } from 'ws';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import { PATIENCE } from '../../acceptance/wait.ts';

const ANSWER_MILLISECONDS = 20_000 * PATIENCE;

/** A socket that keeps all that it has sent and got, as text. */
export class HostileSocket {
  readonly name: string;
  readonly frames: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (frame: string) => void>();
  readonly #sent: string[] = [];
  #count = 0;

  private constructor(socket: WebSocket, name: string) {
    this.#socket = socket;
    this.name = name;
    socket.on('message', (data: RawData) => {
      const frame = data.toString();
      this.frames.push(frame);
      const id = /"id":"(attempt-\d+)"/.exec(frame)?.[1];
      if (id !== undefined) this.#waiting.get(id)?.(frame);
    });
    socket.on('error', () => undefined);
  }

  /** @returns nothing if the handshake is refused */
  static open(token: string, query: string): Promise<HostileSocket | undefined> {
    const socket = new WebSocket(`${hubUnderTest().target.socketUrl}${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    // From the first moment on: frames can come with the handshake.
    const hostile = new HostileSocket(socket, query === '' ? 'an attacker' : 'a listening attacker');
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(hostile));
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        socket.terminate();
        resolve(undefined);
      });
      socket.once('error', reject);
    });
  }

  /** Everything that was sent. */
  get sent(): string {
    return this.#sent.join('\n');
  }

  /** Sends a message and waits for the first frame of the answer; its code, if it is an error. */
  async request(make: (id: string) => string): Promise<string | undefined> {
    this.#count += 1;
    const id = `attempt-${this.#count}`;
    const text = make(id);
    this.#sent.push(text);
    const frame = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer to ${text}`)), ANSWER_MILLISECONDS);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, (answer) => {
        done();
        resolve(answer);
      });
      this.#socket.once('close', (code) => {
        done();
        reject(new Error(`Closed with ${code} after ${text}`));
      });
      this.#socket.send(text);
    });
    this.#socket.removeAllListeners('close');
    return (JSON.parse(frame) as { code?: string }).code;
  }

  /** Waits until all that was under way has come: an answer comes by the same way. */
  async settle(): Promise<void> {
    await this.request((id) => JSON.stringify({ action: 'settle', id }));
  }

  end(): void {
    this.#socket.terminate();
  }
}
