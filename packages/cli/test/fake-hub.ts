import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { event, FakeLog } from './fake-log.ts';
import { FakeSubscriptions } from './fake-subscriptions.ts';

export { event } from './fake-log.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request that the hub got. */
export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A hub and an issuer that do as a test tells them, and remember what they were asked. */
export class FakeHub {
  readonly tokenRequests: URLSearchParams[] = [];
  readonly published: Received[] = [];
  /** Method and path with query of every other request. */
  readonly requests: string[] = [];
  /** The subprotocols that each handshake offered. */
  readonly handshakes: string[][] = [];
  readonly frames: Readonly<Record<string, unknown>>[] = [];
  readonly sockets = new Set<WebSocket>();

  onToken: (form: URLSearchParams) => Answer = (form) => {
    const token = `h.${Buffer.from(JSON.stringify(Object.fromEntries(form))).toString('base64url')}.s`;
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
  };
  onPublish: (request: Received) => Answer = ({ body }) => {
    const accepted = [JSON.parse(body)].flat().map(({ id, type }) => ({ id, type }));
    return { status: 202, body: { accepted, rejected: [] } };
  };
  /** Answers every other request, unless it gives nothing: then the log or the subscriptions do. */
  onRequest: (method: string, url: URL) => Answer | undefined = () => undefined;
  /** Status that refuses a handshake; undefined lets it in. */
  onHandshake: () => number | undefined = () => undefined;
  /** Answers a frame of a client, unless it gives nothing: then the hub does what PROTOCOL.md says. */
  onFrame: (frame: Readonly<Record<string, unknown>>, socket: WebSocket) => readonly object[] | undefined = () =>
    undefined;

  readonly log = new FakeLog();
  readonly subscriptions = new FakeSubscriptions(this.log);
  heartbeatSeconds = 240;

  readonly folder: string;
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>, folder: string) {
    this.#server = server;
    this.folder = folder;
    this.url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Starts it on a free port, with its target in a folder of its own. */
  static async start(): Promise<FakeHub> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const hub = new FakeHub(server, await mkdtemp(path.join(os.tmpdir(), 'tidings-cli-')));
    await hub.writeTarget({});
    server.on('request', (request, response) => void hub.#answer(request, response));
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'tidings.v1' });
    server.on('upgrade', (request, socket, head) => {
      hub.handshakes.push((request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()));
      const refusal = hub.onHandshake();
      if (refusal === undefined) sockets.handleUpgrade(request, socket, head, (client) => hub.#serve(client));
      else socket.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
    return hub;
  }

  async writeTarget(members: Readonly<Record<string, unknown>>): Promise<void> {
    const target = {
      apiUrl: `http://${this.url}`,
      socketUrl: `ws://${this.url}/v1`,
      tokenUrl: `http://${this.url}/token`,
      ...members,
    };
    await mkdir(path.join(this.folder, '.sandbox'), { recursive: true });
    await writeFile(path.join(this.folder, '.sandbox', 'target.json'), JSON.stringify(target));
  }

  /** Sends a frame to every socket. */
  broadcast(frame: object): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(frame));
  }

  /** Records events with these sequences, and sends them to every socket. */
  deliver(...sequences: readonly number[]): void {
    const [from = 0] = sequences;
    this.log.record(...sequences);
    const through = sequences.at(-1) ?? from;
    this.broadcast({ type: 'events', from, through, replay: false, events: sequences.map(event) });
  }

  /** Cuts every socket, as a broken network does. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async close(): Promise<void> {
    this.drop();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    await rm(this.folder, { recursive: true });
  }

  #serve(client: WebSocket): void {
    this.sockets.add(client);
    client.on('close', () => this.sockets.delete(client));
    client.on('message', (data) => {
      const frame = JSON.parse(data.toString());
      this.frames.push(frame);
      const answers = this.onFrame(frame, client) ?? this.#framesFor(frame);
      for (const answer of answers) client.send(JSON.stringify(answer));
    });
  }

  #framesFor({ action, id, cursor, subscription, sequence }: Readonly<Record<string, unknown>>): readonly object[] {
    const { epoch, head } = this.log;
    const { heartbeatSeconds } = this;
    if (action === 'sync') return this.log.pageFrames(id, sequenceOf(cursor));
    if (action === 'token') return [{ type: 'renewed', id, expires: Math.floor(Date.now() / 1000) + 3600 }];
    const standing = this.subscriptions.find(String(subscription));
    if (subscription !== undefined && standing === undefined) {
      return [{ type: 'error', id, code: 'SUBSCRIPTION_NOT_FOUND', message: `found ${subscription}` }];
    }
    if (standing !== undefined && action === 'ack') {
      standing.cursor = { epoch, sequence: Number(sequence) };
      return [{ type: 'acked', id, cursor: standing.cursor }];
    }
    const start = standing?.cursor ?? cursor;
    const subscribed = { type: 'subscribed', id, epoch, head, heartbeatSeconds };
    if (start === undefined) return [subscribed];
    return [
      { ...subscribed, ...(standing !== undefined && { cursor: standing.cursor }) },
      ...this.log.pageFrames(id, sequenceOf(start)),
    ];
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { status, body: answer } = this.#route(request, body);
    response.writeHead(status, status === 204 ? {} : { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  #route({ method = '', url, headers }: IncomingMessage, body: string): Answer {
    if (method === 'POST' && url === '/token') {
      const form = new URLSearchParams(body);
      this.tokenRequests.push(form);
      return this.onToken(form);
    }
    if (method === 'POST' && url === '/events') {
      const request = { headers, body };
      this.published.push(request);
      return this.onPublish(request);
    }
    const at = new URL(url ?? '/', 'http://hub');
    this.requests.push(`${method} ${url}`);
    return (
      this.onRequest(method, at) ??
      this.subscriptions.answer(method, at, body) ?? { status: 200, body: this.#page(at.searchParams) }
    );
  }

  #page(query: URLSearchParams) {
    return this.log.page(Number(query.get('after') ?? 0), Number(query.get('limit') ?? 100));
  }
}

const sequenceOf = (cursor: unknown): number =>
  typeof cursor === 'object' && cursor !== null && 'sequence' in cursor ? Number(cursor.sequence) : 0;
