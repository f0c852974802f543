import { type Answer, request, tokenFor } from './hub.ts';

export const OPERATE = 'operations:read operations:write';

/** The answer of `GET /operations/health`. */
export interface Health {
  readonly time: string;
  readonly tenant: {
    readonly tenantid: string;
    readonly epoch: string;
    readonly head: number;
    readonly fanOut: { readonly through: number; readonly lag: number };
    readonly connections: number;
  } | null;
  readonly queues: Readonly<Record<string, { readonly waiting: number; readonly inFlight: number }>>;
}

/** The answer of `GET /operations/metrics`. */
export interface MetricsAnswer {
  readonly from: string;
  readonly through: string;
  readonly periodSeconds: number;
  readonly series: readonly {
    readonly name: string;
    readonly unit: string;
    readonly statistic: string;
    readonly values: readonly (number | null)[];
  }[];
  readonly rejected: readonly { readonly metric: string; readonly code: string; readonly count: number }[];
}

/** A letter of `GET /operations/dead-letters`. */
export interface ListedLetter {
  readonly letterId: string;
  readonly queue: string;
  readonly tenantid?: string;
  readonly eventId?: string;
  readonly type?: string;
  readonly reason?: { readonly code: string; readonly message: string };
  readonly receivedTime: string;
  readonly deliveries?: number;
}

interface Letters {
  readonly letters: readonly ListedLetter[];
  readonly waiting: number;
  readonly complete: boolean;
}

interface Redriven {
  readonly redriven: number;
  readonly missing: readonly string[];
  readonly left: number;
  readonly problems?: readonly { readonly message: string; readonly count: number }[];
}

/** Whoever operates the hub, for one tenant or for all, by the HTTP API. */
export class OperationsCaller {
  readonly #tenant: string | undefined;

  constructor(tenant?: string) {
    this.#tenant = tenant;
  }

  async ask(method: string, path: string, body?: unknown, scope = OPERATE): Promise<Answer> {
    const token = await tokenFor({ scope, ...(this.#tenant !== undefined && { tenant: this.#tenant }) });
    const sent = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return request(method, path, { token, ...(body !== undefined && sent) });
  }

  health(): Promise<Health> {
    return this.#read('GET', '/operations/health');
  }

  metrics(minutes = 60): Promise<MetricsAnswer> {
    return this.#read('GET', `/operations/metrics?minutes=${minutes}`);
  }

  letters(queue: string, limit = 1000): Promise<Letters> {
    return this.#read('GET', `/operations/dead-letters?queue=${queue}&limit=${limit}`);
  }

  redrive(body: unknown): Promise<Redriven> {
    return this.#read('POST', '/operations/dead-letters/redrive', body);
  }

  async #read<Value>(method: string, path: string, body?: unknown): Promise<Value> {
    const { status, text } = await this.ask(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path} answered ${status} ${text}`);
    return JSON.parse(text) as Value;
  }
}
