import type { FakeLog } from './fake-log.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Standing {
  readonly name: string;
  filter: unknown;
  status: string;
  cursor: { readonly epoch: string; readonly sequence: number };
  readonly created: string;
  readonly updated: string;
}

const problem = (status: number, code: string, detail: string): Answer => ({ status, body: { status, code, detail } });

/** Durable subscriptions over a fake log, as the HTTP API has them. */
export class FakeSubscriptions {
  readonly #log: FakeLog;
  readonly #all = new Map<string, Standing>();

  constructor(log: FakeLog) {
    this.#log = log;
  }

  find(name: string): Standing | undefined {
    return this.#all.get(name);
  }

  /** @returns undefined if the request is not for subscriptions */
  answer(method: string | undefined, url: URL, body: string): Answer | undefined {
    const [, root, encoded, rest] = url.pathname.split('/');
    if (root !== 'subscriptions') return undefined;
    const json = body === '' ? {} : JSON.parse(body);
    if (encoded === undefined) {
      if (method === 'GET') return { status: 200, body: { subscriptions: [...this.#all.values()] } };
      return this.#create(json);
    }
    const name = decodeURIComponent(decodeURIComponent(encoded));
    const found = this.#all.get(name);
    if (found === undefined) return problem(404, 'SUBSCRIPTION_NOT_FOUND', `found ${JSON.stringify(name)}`);
    if (rest === undefined) return this.#manage(method, found, json);
    if (found.status === 'paused') return problem(409, 'SUBSCRIPTION_PAUSED', 'it is paused');
    if (rest === 'ack') return this.#acknowledge(found, json);
    const page = this.#log.page(found.cursor.sequence, Number(url.searchParams.get('limit') ?? 100));
    return { status: 200, body: { cursor: found.cursor, ...page } };
  }

  #create({ name, filter = {}, cursor }: { name: string; filter?: unknown; cursor?: Standing['cursor'] }): Answer {
    if (this.#all.has(name)) return problem(409, 'SUBSCRIPTION_EXISTS', `${name} is taken`);
    const { epoch, head } = this.#log;
    const start = cursor ?? { epoch, sequence: head };
    const now = '2026-01-31T09:30:00.000Z';
    const created = { name, filter, status: 'active', cursor: { ...start, epoch }, created: now, updated: now };
    this.#all.set(name, created);
    return { status: 201, body: created };
  }

  #manage(method: string | undefined, found: Standing, change: Partial<Standing>): Answer {
    if (method === 'DELETE') {
      this.#all.delete(found.name);
      return { status: 204, body: '' };
    }
    if (method === 'PATCH') Object.assign(found, change);
    return { status: 200, body: found };
  }

  #acknowledge(found: Standing, { sequence }: { sequence: number }): Answer {
    if (sequence > this.#log.head) return problem(409, 'ACK_BEYOND_HEAD', `found ${sequence}`);
    found.cursor = { epoch: this.#log.epoch, sequence: Math.max(found.cursor.sequence, sequence) };
    return { status: 200, body: { cursor: found.cursor } };
  }
}
