import { Unreachable } from './failure.ts';

/** Longer than API Gateway lets an integration take. Source: API Gateway quotas, 30 s. */
const TIMEOUT_MILLISECONDS = 35_000;

/** What a server has answered. */
export interface Answer {
  readonly status: number;
  /** The body; absent where it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Makes a request.
 * @param who the server, for messages: "the hub"
 * @throws Unreachable when nobody answers
 */
export async function request(who: string, url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    return { status: response.status, body: parseObject(await response.text()) };
  } catch (cause) {
    throw new Unreachable(`${who} does not answer at ${url} (${reasonOf(cause)})`, { cause });
  }
}

function parseObject(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Why a connection came to nothing, in a word: `ECONNREFUSED`. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return `no answer in ${TIMEOUT_MILLISECONDS / 1000} s`;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause);
}
