import { type Answer, request, tokenFor } from './hub.ts';
import type { Cursor } from './pages.ts';

/** A durable subscription as the HTTP API shows it. */
export interface ShownSubscription {
  readonly name: string;
  readonly filter: unknown;
  readonly status: string;
  readonly cursor: Required<Cursor>;
  readonly created: string;
  readonly updated: string;
}

/** The scopes of who may do everything with subscriptions. */
export const ALL_SCOPES = 'events:read subscriptions:write';

/** A token of a service of the tenant. */
export const serviceToken = (tenant: string, scope = ALL_SCOPES): Promise<string> => tokenFor({ tenant, scope });

/** A name as a segment of a path: encoded like the id of an event, every byte that could mean something, and twice. */
export function subscriptionPath(name: string, rest = ''): string {
  const encode = (byte: number): string => `%25${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const characters = [...Buffer.from(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_~-]/.test(character) ? character : encode(byte);
  });
  return `/subscriptions/${characters.join('')}${rest}`;
}

/** The HTTP API of subscriptions, for one tenant and with one token. */
export class SubscriptionRoutes {
  readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  create(body: unknown): Promise<Answer> {
    return this.#send('POST', '/subscriptions', body);
  }

  /** @throws Error unless it is created */
  async make(name: string, rest: Readonly<Record<string, unknown>> = {}): Promise<ShownSubscription> {
    const answer = await this.create({ name, ...rest });
    if (answer.status !== 201) throw new Error(`Expected 201, found ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as ShownSubscription;
  }

  list(): Promise<Answer> {
    return this.#send('GET', '/subscriptions');
  }

  show(name: string): Promise<Answer> {
    return this.#send('GET', subscriptionPath(name));
  }

  /** Where it stands. */
  async cursor(name: string): Promise<Required<Cursor>> {
    return (JSON.parse((await this.show(name)).text) as ShownSubscription).cursor;
  }

  change(name: string, body: unknown): Promise<Answer> {
    return this.#send('PATCH', subscriptionPath(name), body);
  }

  remove(name: string): Promise<Answer> {
    return this.#send('DELETE', subscriptionPath(name));
  }

  pull(name: string, query = ''): Promise<Answer> {
    return this.#send('GET', subscriptionPath(name, `/events${query}`));
  }

  /** The ids of what the next page holds. */
  async pulled(name: string): Promise<readonly string[]> {
    const { events } = JSON.parse((await this.pull(name)).text) as { events: readonly { id: string }[] };
    return events.map(({ id }) => id);
  }

  ack(name: string, body: unknown): Promise<Answer> {
    return this.#send('POST', subscriptionPath(name, '/ack'), body);
  }

  #send(method: string, path: string, body?: unknown): Promise<Answer> {
    return request(method, path, {
      token: this.token,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
  }
}
