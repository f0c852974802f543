import type { AccessToken } from './access-token.ts';
import { Failure, Unreachable } from './failure.ts';
import { type Answer, request } from './http.ts';
import { refusal } from './problem.ts';
import type { Target } from './target.ts';

/**
 * Says why a handshake was refused. A WebSocket handshake can be answered by a bare status only, so the reason comes
 * from what the HTTP API answers to the same token.
 */
export async function explainRefusal(status: number, { apiUrl }: Target, token: AccessToken): Promise<Failure> {
  const refused = `the hub refused the connection (${status})`;
  const url = `${apiUrl}/events?limit=1`;
  let answer: Answer;
  try {
    answer = await request('the hub', url, { headers: { authorization: `Bearer ${token.text}` } });
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
    return new Failure(`${refused}, and does not say why: ${cause.message}`, { cause });
  }
  if (answer.status === 200) return new Failure(`${refused}, though the same token may read ${url}`);
  return refusal(refused, answer);
}
