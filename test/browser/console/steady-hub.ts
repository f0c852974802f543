import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { asSequence, eventsFrame, HEARTBEAT_SECONDS, type HubFrame, LIMITS, SUBPROTOCOL } from '@tidings/contracts';
import { type WebSocket, WebSocketServer } from 'ws';

const EPOCH = 'steady';

/** So often a batch goes out: the hub makes a frame of what has been stored together. */
const TICK_MILLISECONDS = 50;

/** Bytes that may be on their way before more are sent. */
const MOST_BUFFERED = 1024 * 1024;

/**
 * A hub that sends events of its own at a steady rate, by the protocol and with the frames that the hub makes.
 *
 * It stands in for the whole hub where a page is measured: a sandbox that stores so many on the same machine would be
 * what one measures. What it keeps, `sync` and `GET /events` give.
 */
export class SteadyHub {
  readonly apiUrl: string;
  readonly socketUrl: string;
  readonly #events: string[] = [];
  readonly #sockets = new Set<WebSocket>();
  readonly #close: () => Promise<void>;

  private constructor(port: number, close: () => Promise<void>) {
    this.apiUrl = `http://127.0.0.1:${port}`;
    this.socketUrl = `ws://127.0.0.1:${port}/v1`;
    this.#close = close;
  }

  static async start(): Promise<SteadyHub> {
    const server = createServer((request, response) => hub.#answer(request, response));
    const sockets = new WebSocketServer({ server, handleProtocols: () => SUBPROTOCOL });
    sockets.on('connection', (socket) => hub.#meet(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const hub = new SteadyHub((server.address() as AddressInfo).port, async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    });
    return hub;
  }

  /** How many events there are. */
  get head(): number {
    return this.#events.length;
  }

  /** Stores events and sends them to everybody who has subscribed, in frames as large as those of the hub. */
  publish(count: number): void {
    let from = this.head + 1;
    let batch: string[] = [];
    let bytes = 0;
    const send = (): void => {
      const text = eventsFrame(
        { from: asSequence(from), through: asSequence(from + batch.length - 1), replay: false },
        batch,
      );
      for (const socket of this.#sockets) socket.send(text);
      from += batch.length;
      batch = [];
      bytes = 0;
    };
    for (let made = 0; made < count; made += 1) {
      const event = eventText(this.head + 1);
      if (bytes + event.length > LIMITS.frameBytes) send();
      this.#events.push(event);
      batch.push(event);
      bytes += event.length;
    }
    if (batch.length > 0) send();
  }

  /**
   * Sends one event with whatever data, larger or deeper than a hub would let in too. What does not fit into a message
   * of a socket goes as a reference, as the hub does it.
   * @returns its id
   */
  publishData(json: string, attributes: Readonly<Record<string, string>> = {}): string {
    const sequence = asSequence(this.head + 1);
    const { data: _, ...event } = { ...JSON.parse(eventText(sequence)), ...attributes };
    const text = `${JSON.stringify(event).slice(0, -1)},"data":${json}}`;
    this.#events.push(text);
    const isWhole = text.length < LIMITS.messageBytes;
    const sent = isWhole ? text : JSON.stringify({ ...event, dataref: `${this.apiUrl}/events/${event.id}` });
    const frame = eventsFrame({ from: sequence, through: sequence, replay: false }, [sent]);
    for (const socket of this.#sockets) socket.send(frame);
    return String(event.id);
  }

  /** Publishes at a rate by the clock, however late a timer is. @returns how many it were */
  async publishSteadily(perSecond: number, seconds: number): Promise<number> {
    const begin = performance.now();
    const all = perSecond * seconds;
    for (let published = 0; published < all; ) {
      const due = Math.min(all, Math.floor(((performance.now() - begin) / 1000) * perSecond));
      this.publish(due - published);
      published = due;
      await pause(TICK_MILLISECONDS);
    }
    return all;
  }

  /** Publishes as fast as whoever listens takes it. */
  async publishQuickly(count: number): Promise<void> {
    for (let published = 0; published < count; published += 500) {
      this.publish(Math.min(500, count - published));
      do await pause(10);
      while ([...this.#sockets].some(({ bufferedAmount }) => bufferedAmount > MOST_BUFFERED));
    }
  }

  close(): Promise<void> {
    return this.#close();
  }

  #meet(socket: WebSocket): void {
    const send = (frame: HubFrame<unknown>): void => socket.send(JSON.stringify(frame));
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data) => {
      const { action, id, cursor } = JSON.parse(String(data)) as ClientMessage;
      const head = asSequence(this.head);
      if (action === 'subscribe') {
        this.#sockets.add(socket);
        send({ type: 'subscribed', id, epoch: EPOCH, head, heartbeatSeconds: HEARTBEAT_SECONDS });
      }
      if (cursor === undefined) return;
      const page = pageOf(this.#events.slice(cursor.sequence), LIMITS.syncBytes);
      const through = asSequence(cursor.sequence + page.length);
      if (page.length > 0) {
        socket.send(eventsFrame({ from: asSequence(cursor.sequence + 1), through, replay: true }, page));
      }
      send({ type: 'synced', id, epoch: EPOCH, through, head: asSequence(this.head), events: page.length });
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { origin = '*' } = request.headers;
    const headers = {
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '600',
    };
    const url = new URL(request.url ?? '/', this.apiUrl);
    if (request.method === 'OPTIONS') return void response.writeHead(204, headers).end();
    const [, id] = /^\/events\/([^/]+)$/.exec(url.pathname) ?? [];
    if (id !== undefined) {
      const found = this.#events.find((event) => event.includes(`"id":"${id}"`));
      const type = 'application/cloudevents+json';
      return void response.writeHead(found === undefined ? 404 : 200, { ...headers, 'content-type': type }).end(found);
    }
    if (url.pathname !== '/events') {
      const none = { components: { schemas: {} } };
      return void response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(none));
    }
    const after = Number(url.searchParams.get('after') ?? 0);
    const page = this.#events.slice(after, after + Number(url.searchParams.get('limit') ?? 100));
    const body = `{"epoch":"${EPOCH}","events":[${page.join(',')}],"through":${after + page.length},"head":${this.head}}`;
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(body);
  }
}

interface ClientMessage {
  readonly action: string;
  readonly id: string;
  readonly cursor?: { readonly sequence: number };
}

function pageOf(events: readonly string[], bytes: number): readonly string[] {
  let sum = 0;
  const end = events.findIndex((event) => {
    sum += event.length;
    return sum > bytes;
  });
  return end === -1 ? events : events.slice(0, end);
}

const TYPES = ['bank.transaction:created@v1', 'bank.transaction:statuschanged@v1', 'community.message:posted@v1'];

/** An event as the hub delivers it, of about the size of those of the schemas. */
function eventText(sequence: number): string {
  const time = new Date().toISOString();
  return JSON.stringify({
    specversion: '1.0',
    id: `${crypto.randomUUID()}`,
    source: 'com.tidings.bank',
    type: TYPES[sequence % TYPES.length],
    subject: `transaction/${sequence * 7919}`,
    time,
    datacontenttype: 'application/json',
    tenantid: 'acme',
    organizationids: 'north',
    actorid: `user-${sequence % 97}`,
    traceparent: `00-${String(sequence).padStart(32, 'a')}-${'b'.repeat(16)}-01`,
    data: {
      transactionId: `${crypto.randomUUID()}`,
      amount: sequence / 100,
      currency: 'NOK',
      text: 'Paid at the harbour, with a receipt that nobody asked for',
      entries: [{ account: 'NO9386011117947', amount: sequence / 100 }],
    },
    sequence: String(sequence).padStart(20, '0'),
    recordedtime: time,
  });
}
