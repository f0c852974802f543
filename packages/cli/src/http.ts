import { Stopped, Unreachable } from './failure.ts';

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
 * @throws Stopped when the signal has ended it
 */
export async function request(
  who: string,
  url: string,
  { signal, ...init }: Omit<RequestInit, 'signal'> & { readonly signal?: AbortSignal | undefined },
): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  try {
    const ended = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
    const response = await fetch(url, { ...init, redirect: 'error', signal: ended });
    return { status: response.status, body: parseObject(await response.text()) };
  } catch (cause) {
    if (signal?.aborted) throw new Stopped('Stopped while a request was under way', { cause });
    const { origin, pathname } = new URL(url);
    throw new Unreachable(`${who} does not answer at ${origin}${pathname} (${reasonOf(cause)})`, {
      cause,
      notes: ['Check that it runs, and that the target names its address'],
    });
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
