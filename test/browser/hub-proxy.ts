import { type AddressInfo, createServer, connect as openTcp, type Server, type Socket } from 'node:net';
import { connect as openTls } from 'node:tls';
import { hubUnderTest } from '../acceptance/hub-under-test.ts';

interface Pair {
  readonly page: Socket;
  hub?: Socket;
  /** The page is not to hear that the hub's side has ended. */
  isForgotten?: boolean;
}

/** The network between a page and the hub: sockets pass through it, until a test takes it away. */
export class HubProxy {
  readonly #server: Server;
  readonly #hub = new URL(hubUnderTest().target.socketUrl);
  readonly #pairs = new Set<Pair>();
  #isCut = false;
  #count = 0;

  private constructor() {
    this.#server = createServer((page) => this.#accept(page));
  }

  static async start(): Promise<HubProxy> {
    const proxy = new HubProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** What a page connects to instead of the hub. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `ws://127.0.0.1:${port}${this.#hub.pathname}`;
  }

  /** How many connections there have ever been. */
  get count(): number {
    return this.#count;
  }

  /** How many connections there are. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Nothing passes any more, and nobody is told: packets vanish. */
  cut(): void {
    this.#isCut = true;
    for (const { page, hub } of this.#pairs) {
      page.pause();
      hub?.pause();
    }
  }

  /** New connections come through again; so do those that were begun in the meantime. */
  mend(): void {
    this.#isCut = false;
    for (const pair of this.#pairs) if (pair.hub === undefined) this.#join(pair);
  }

  /** Every connection ends, and both sides are told. */
  kill(): void {
    for (const { page, hub } of this.#pairs) {
      page.destroy();
      hub?.destroy();
    }
    this.#pairs.clear();
  }

  /** The hub is told that every connection has ended. The page is not: its sockets look open, and lead nowhere. */
  forget(): void {
    for (const pair of this.#pairs) {
      pair.isForgotten = true;
      pair.hub?.destroy();
      pair.page.removeAllListeners('data').resume();
    }
  }

  close(): void {
    this.kill();
    this.#server.close();
  }

  #accept(page: Socket): void {
    this.#count += 1;
    const pair: Pair = { page };
    this.#pairs.add(pair);
    page.on('error', () => page.destroy());
    page.on('close', () => {
      this.#pairs.delete(pair);
      pair.hub?.destroy();
    });
    if (this.#isCut) page.pause();
    else this.#join(pair);
  }

  #join(pair: Pair): void {
    const { protocol, hostname, host, port } = this.#hub;
    const isSecure = protocol === 'wss:';
    const hub = isSecure
      ? openTls({ host: hostname, servername: hostname, port: Number(port || 443) })
      : openTcp({ host: hostname, port: Number(port || 80) });
    pair.hub = hub;
    hub.on('error', () => hub.destroy());
    hub.on('close', () => {
      if (pair.isForgotten !== true) pair.page.destroy();
    });
    let isFirst = true;
    pair.page.on('data', (data) => {
      hub.write(isFirst ? withHost(data, host) : data);
      isFirst = false;
    });
    hub.on('data', (data) => pair.page.write(data));
    pair.page.resume();
  }
}

/** The request of the handshake, for the host that it goes to. */
const withHost = (request: Buffer, host: string): Buffer =>
  Buffer.from(request.toString('latin1').replace(/^host: .*$/im, `Host: ${host}`), 'latin1');
