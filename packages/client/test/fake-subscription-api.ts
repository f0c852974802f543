import type { WebRequest, WebResponse } from '../src/live/web.ts';
import type { FakeHub } from './fake-hub.ts';
import { recordedEvent } from './recorded-event.ts';

/** A request as the hub sees it. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: unknown;
}

type Problem = {
  readonly status: number;
  readonly code?: string;
  readonly retryAfter?: string;
  readonly [member: string]: unknown;
};

const LATENCY = 5;

/** The HTTP API of one durable subscription of a fake hub; it shares the hub's log and cursor. */
export class FakeSubscriptionApi {
  readonly calls: ApiCall[] = [];
  /** A problem to answer with instead, or a throw for the network to break. */
  refuses: (call: ApiCall) => Problem | undefined = () => undefined;
  readonly #hub: FakeHub;

  constructor(hub: FakeHub) {
    this.#hub = hub;
  }

  /** Acknowledged sequences, in the order in which they came. */
  get acknowledged(): readonly number[] {
    return this.calls
      .filter(({ path }) => path.endsWith('/ack'))
      .map(({ body }) => (body as { readonly sequence: number }).sequence);
  }

  get pulls(): number {
    return this.calls.filter(({ path }) => path.includes('/events')).length;
  }

  readonly fetch = async (url: string, { method, headers, body }: WebRequest): Promise<WebResponse> => {
    const call = {
      method,
      path: url.replace('https://api.example', ''),
      token: headers['authorization']?.replace('Bearer ', '') ?? '',
      body: body === undefined ? undefined : JSON.parse(body),
    };
    this.calls.push(call);
    await new Promise<void>((resolve) => {
      this.#hub.surroundings.schedule(LATENCY, resolve);
    });
    const problem = this.refuses(call) ?? this.#problemOf(call);
    const { status, answer } =
      problem === undefined ? this.#serve(call) : { status: problem.status, answer: { detail: 'as told', ...problem } };
    const answered = { get: (name: string) => (name === 'retry-after' ? (problem?.retryAfter ?? null) : null) };
    return { status, headers: answered, text: async () => JSON.stringify(answer) };
  };

  #problemOf({ method, path }: ApiCall): Problem | undefined {
    const { subscription, isPaused, epoch, head, oldest } = this.#hub;
    if (path === '/subscriptions') return undefined;
    if (subscription === undefined) return { status: 404, code: 'SUBSCRIPTION_NOT_FOUND' };
    if (method === 'GET' && !path.includes('/events')) return undefined;
    if (isPaused) return { status: 409, code: 'SUBSCRIPTION_PAUSED' };
    if (method === 'POST') return undefined;
    const isBeginning = subscription.epoch === '' && subscription.sequence === 0;
    const reason =
      subscription.epoch !== epoch && !isBeginning
        ? 'epoch'
        : subscription.sequence < oldest - 1
          ? 'retention'
          : undefined;
    return reason && { status: 410, code: 'HISTORY_CUT', reason, epoch, oldest, head };
  }

  #serve({ method, path, body }: ApiCall): { readonly status: number; readonly answer: unknown } {
    const hub = this.#hub;
    if (path === '/subscriptions') {
      const { cursor } = body as { readonly cursor?: { readonly sequence: number } };
      const sequence = cursor === undefined ? hub.head : 0;
      hub.subscription = { epoch: hub.epoch, sequence } as NonNullable<FakeHub['subscription']>;
      return { status: 201, answer: { name: 'billing' } };
    }
    const cursor = hub.subscription ?? { epoch: '', sequence: 0 };
    if (method === 'POST') {
      const { epoch, sequence } = body as { readonly epoch: string; readonly sequence: number };
      const moved = epoch === cursor.epoch ? Math.max(sequence, cursor.sequence) : sequence;
      hub.subscription = { epoch, sequence: moved } as NonNullable<FakeHub['subscription']>;
      return { status: 200, answer: { cursor: hub.subscription } };
    }
    if (!path.includes('/events')) return { status: 200, answer: { name: 'billing', cursor } };
    const limit = Number(path.split('limit=')[1]);
    const sequences = Array.from({ length: hub.head - cursor.sequence }, (_, index) => cursor.sequence + 1 + index);
    const wanted = sequences.filter((sequence) => !hub.foreign.has(sequence));
    const given = wanted.slice(0, limit);
    const through = wanted.length > given.length ? (given.at(-1) ?? hub.head) : hub.head;
    const events = given.map(recordedEvent);
    return { status: 200, answer: { cursor, epoch: hub.epoch, events, through, head: hub.head } };
  }
}
