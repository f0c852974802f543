import { setTimeout as pause } from 'node:timers/promises';
import { memoryCursorStore, TidingsLive, TidingsSubscription } from '@tidings/client';
import { WebSocket } from 'ws';
import { catalogue, newEvent } from '../acceptance/events.ts';
import type { Random } from '../acceptance/random.ts';
import type { Target } from '../acceptance/target.ts';
import { ask, fetchToken } from '../chaos/hub-api.ts';

/** Those who live with a hub for an hour: producers, pages that come and go, services that pull. */

const SCOPE = 'bank community events:read subscriptions:write';
/** Short, so that many tokens end and are renewed within the hour. */
const TOKEN_SECONDS = 240;
const LIFE_MILLISECONDS = { least: 15_000, most: 90_000 } as const;

const tokenOf = (target: Target, tenant: string): Promise<string> =>
  fetchToken(target, { tenant }, SCOPE, TOKEN_SECONDS);

/** A token that is fetched anew when it is about to end. */
function keptToken(target: Target, tenant: string): () => Promise<string> {
  let kept: { readonly token: Promise<string>; readonly until: number } | undefined;
  return () => {
    if (kept === undefined || Date.now() > kept.until) {
      kept = { token: tokenOf(target, tenant), until: Date.now() + (TOKEN_SECONDS - 30) * 1000 };
    }
    return kept.token;
  };
}

/** Publishes at a steady pace until it is told to stop; each event once, and each is accepted. */
export class Producer {
  readonly tenant: string;
  published = 0;
  /** Those of them that a socket may show. */
  broadcast = 0;
  readonly #target: Target;
  readonly #token: () => Promise<string>;

  constructor(target: Target, tenant: string) {
    this.tenant = tenant;
    this.#target = target;
    this.#token = keptToken(target, tenant);
  }

  async run(eventsPerSecond: number, signal: AbortSignal): Promise<void> {
    const period = 1000 / eventsPerSecond;
    const start = Date.now();
    for (let turn = 1; !signal.aborted; turn += 1) {
      await this.#publish();
      await pause(Math.max(0, start + turn * period - Date.now()), undefined, { signal }).catch(() => undefined);
    }
  }

  async #publish(): Promise<void> {
    const entry = catalogue[this.published % catalogue.length];
    const event = newEvent(this.tenant, entry === undefined ? {} : { type: entry.type, data: entry.examples[0] });
    const { status, text } = await ask(`${this.#target.apiUrl}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
    if (status !== 202) throw new Error(`POST /events answered ${status} ${text}`);
    this.published += 1;
    if (entry?.clientBroadcast ?? true) this.broadcast += 1;
  }
}

/** A page that is opened, closed and lost again and again, and keeps its cursor. */
export class Visitor {
  readonly tenant: string;
  /** Events that came, over all lives. */
  received = 0;
  lives = 0;
  readonly troubles: string[] = [];
  #last = 0;
  #through = 0;
  readonly #target: Target;
  readonly #random: Random;
  readonly #token: () => Promise<string>;
  readonly #cursorStore = memoryCursorStore();

  constructor(target: Target, tenant: string, random: Random) {
    this.tenant = tenant;
    this.#target = target;
    this.#random = random;
    this.#token = keptToken(target, tenant);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const life = LIFE_MILLISECONDS.least + this.#random.below(LIFE_MILLISECONDS.most - LIFE_MILLISECONDS.least);
      await this.#live(() => pause(life, undefined, { signal }).catch(() => undefined));
    }
  }

  /** One more life, until everything up to this sequence has come, or for so long. */
  async catchUp(sequence: number, milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    await this.#live(async (live) => {
      while ((live.cursor?.sequence ?? 0) < sequence && Date.now() < end) await pause(50);
      this.#through = live.cursor?.sequence ?? 0;
    });
    if (this.#through < sequence) this.troubles.push(`stands at ${this.#through} of ${sequence}`);
  }

  async #live(whileOpen: (live: TidingsLive) => Promise<unknown>): Promise<void> {
    this.lives += 1;
    const sockets = new Set<WebSocket>();
    class KnownSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.add(this);
        this.on('close', () => sockets.delete(this));
      }
    }
    const live = new TidingsLive({
      url: this.#target.socketUrl,
      apiUrl: this.#target.apiUrl,
      token: this.#token,
      webSocket: KnownSocket,
      cursor: 'oldest',
      cursorStore: this.#cursorStore,
      strict: true,
    });
    live.onError(({ code, message }) => this.troubles.push(`${code}: ${message}`));
    live.onReset(({ reason }) => this.troubles.push(`reset: ${reason}`));
    live.on('*', ({ sequence }) => this.#take(Number(sequence)));
    await whileOpen(live);
    // Every third one vanishes without a word, as laptops do.
    if (this.lives % 3 === 0) for (const socket of sockets) socket.terminate();
    await live.close();
  }

  #take(sequence: number): void {
    if (sequence <= this.#last) this.troubles.push(`${sequence} came after ${this.#last}`);
    this.#last = sequence;
    this.received += 1;
  }
}

/** A service with a durable subscription. */
export class Service {
  readonly tenant: string;
  received = 0;
  readonly troubles: string[] = [];
  readonly #consumer: TidingsSubscription;

  constructor(target: Target, tenant: string) {
    this.tenant = tenant;
    const token = keptToken(target, tenant);
    this.#consumer = new TidingsSubscription({
      apiUrl: target.apiUrl,
      name: 'soak',
      token,
      create: { cursor: 'oldest' },
      onEvent: () => {
        this.received += 1;
      },
      onError: ({ code, message }) => this.troubles.push(`${code}: ${message}`),
    });
  }

  start(): void {
    this.#consumer.start();
  }

  stop(): Promise<void> {
    return this.#consumer.stop();
  }
}
