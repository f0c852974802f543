import type { ReceivedEvent } from '../acceptance/events.ts';
import type { Receiver } from '../acceptance/oracle.ts';
import type { Target } from '../acceptance/target.ts';

/** Longest wait for an answer: a killed hub closes its connections, but not those that were just being opened. */
const ANSWER_MILLISECONDS = 20_000;

/** A hub that does not answer as it should. Whoever meets one tries again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Who a token is for. A producer has no tenant. */
export type Holder = Partial<Receiver>;

/** A new token from the issuer of the sandbox. @throws Unavailable */
export async function fetchToken(target: Target, holder: Holder, scope: string, seconds: number): Promise<string> {
  const { tenant, organizations = [], user, roles = [] } = holder;
  const form = {
    grant_type: 'client_credentials',
    client_id: 'chaos',
    client_secret: 'chaos',
    scope,
    expires_in: String(seconds),
    organization: organizations.join(' '),
    roles: roles.join(' '),
    ...(tenant !== undefined && { tenant }),
    ...(user !== undefined && { sub: user }),
  };
  const { status, text } = await ask(target.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  if (status !== 200) throw new Unavailable(`The token endpoint answered ${status}: ${text}`);
  return (JSON.parse(text) as { access_token: string }).access_token;
}

/** Status and text of an answer. @throws Unavailable if there is none */
export async function ask(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MILLISECONDS) });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw new Unavailable(`${url} does not answer`, { cause });
  }
}

/** A page of `GET /events`. */
interface Page {
  readonly events: readonly ReceivedEvent[];
  readonly through: number;
  readonly head: number;
}

/** Everything that a token may see and a filter lets through, page by page. @throws Unavailable */
export async function readLog(
  { apiUrl }: Target,
  token: string,
  filter: Readonly<Record<string, readonly string[]>> = {},
): Promise<{ readonly events: readonly ReceivedEvent[]; readonly head: number }> {
  const events: ReceivedEvent[] = [];
  for (let after = 0; ; ) {
    const lists = Object.entries(filter).map(([name, values]): [string, string] => [name, values.join(',')]);
    const query = new URLSearchParams([...lists, ['after', String(after)], ['limit', '1000']]);
    const page = await readPage(apiUrl, token, query);
    events.push(...page.events);
    if (page.through >= page.head) return { events, head: page.head };
    if (page.through <= after) throw new Error(`A page after ${after} ends at ${page.through}: it leads nowhere`);
    after = page.through;
  }
}

/** The head of a token's tenant. @throws Unavailable */
export async function readHead({ apiUrl }: Target, token: string): Promise<number> {
  return (await readPage(apiUrl, token, new URLSearchParams({ limit: '1' }))).head;
}

async function readPage(apiUrl: string, token: string, query: URLSearchParams): Promise<Page> {
  const { status, text } = await ask(`${apiUrl}/events?${query}`, { headers: { authorization: `Bearer ${token}` } });
  if (status !== 200) throw new Unavailable(`GET /events answered ${status} ${text}`);
  return JSON.parse(text) as Page;
}

/** Tries until it works, or until the deadline. */
export async function insist<Value>(what: string, work: () => Promise<Value>, milliseconds = 60_000): Promise<Value> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (Date.now() > end) throw new Error(`Tried ${what} for ${milliseconds} ms`, { cause: error });
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}
