import type { Fetch, FetchInit, FetchResponse } from '../src/publish/index.ts';

/** A request as the hub has seen it. */
export interface SeenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly events: readonly { readonly id: string; readonly type: string }[];
  readonly at: number;
}

/** What the hub does with a request. A throw is a network that fails; `never` an answer that does not come. */
export type Reaction = (request: SeenRequest) => FetchResponse | 'never';

export const answer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): FetchResponse => ({
  status,
  headers: { get: (name) => headers[name] ?? null },
  text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
});

/** What a hub answers that accepts all but some, which it names by their position. */
export function accept(
  { events }: SeenRequest,
  refused: Readonly<Record<number, { status: number; code: string; errors?: readonly unknown[] }>> = {},
): FetchResponse {
  const accepted = events.filter((_, index) => refused[index] === undefined).map(({ id, type }) => ({ id, type }));
  const rejected = Object.entries(refused).map(([index, { status, code, errors = [] }]) => ({
    index: Number(index),
    id: events[Number(index)]?.id,
    status,
    code,
    detail: `because of ${code}`,
    errors,
  }));
  return answer(accepted.length > 0 ? 202 : 422, { accepted, rejected });
}

export const problemAnswer = (status: number, code: string, headers: Readonly<Record<string, string>> = {}) =>
  answer(status, { type: 'about:blank', title: 'No', status, code, detail: `because of ${code}` }, headers);

/** A hub that reacts as its script says, and accepts everything when that is over. */
export class ScriptedHub implements Fetch {
  readonly requests: SeenRequest[] = [];
  readonly #script: Reaction[];
  readonly #now: () => number;

  constructor(script: readonly Reaction[] = [], now: () => number = () => 0) {
    this.#script = [...script];
    this.#now = now;
  }

  /** Ids of the events of each request. */
  get ids(): readonly (readonly string[])[] {
    return this.requests.map(({ events }) => events.map(({ id }) => id));
  }

  readonly fetch = async (url: string, { headers, body, signal }: FetchInit): Promise<FetchResponse> => {
    const content: unknown = JSON.parse(body);
    const events = (Array.isArray(content) ? content : [content]) as SeenRequest['events'];
    const request = { url, headers, body, events, at: this.#now() };
    this.requests.push(request);
    const reaction = (this.#script.shift() ?? accept)(request);
    if (reaction !== 'never') return reaction;
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  };
}
