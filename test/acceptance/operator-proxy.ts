import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { waitFor } from './wait.ts';

/** A request to an AWS service, as it passed. */
export interface PassedCall {
  /** Such as `DynamoDB_20120810`; empty for a request of another protocol. */
  readonly service: string;
  /** Such as `GetItem`. */
  readonly action: string;
  readonly body: Buffer;
}

/**
 * Stands before an endpoint of AWS, sees what passes, and can hold a request: so a test can end a process exactly where
 * it wants to.
 */
export class OperatorProxy {
  readonly calls: PassedCall[] = [];
  readonly #far: URL;
  readonly #server: Server;
  #held: { readonly action: string; left: number; isHolding: boolean } | undefined;

  private constructor(far: string) {
    this.#far = new URL(far);
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  static async before(far: string): Promise<OperatorProxy> {
    const proxy = new OperatorProxy(far);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The endpoint by this way. */
  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  /** Lets so many requests of an action pass, and holds the next ones for ever: they do not reach the endpoint. */
  hold(action: string, after: number): void {
    this.#held = { action, left: after, isHolding: false };
  }

  async isHolding(): Promise<void> {
    await waitFor(`a request to hold: ${this.#held?.action}`, () => this.#held?.isHolding || undefined);
  }

  letGo(): void {
    this.#held = undefined;
  }

  async remove(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [service = '', action = `${incoming.method} ${incoming.url}`] = String(
      incoming.headers['x-amz-target'] ?? '',
    ).split('.');
    if (this.#held?.action === action) {
      this.#held.left -= 1;
      if (this.#held.left < 0) {
        this.#held.isHolding = true;
        return;
      }
    }
    this.calls.push({ service, action, body });
    const { hostname, port, host } = this.#far;
    // An endpoint may know by its own name which API it is asked for.
    const headers = { ...incoming.headers, host };
    const options = { hostname, port, path: incoming.url, method: incoming.method, headers };
    request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    })
      .on('error', () => outgoing.destroy())
      .end(body);
  }
}
