import { LIMITS } from '@tidings/contracts';
import type { AccessToken } from './access-token.ts';
import type { EventDraft } from './example-event.ts';
import { Failure } from './failure.ts';
import { type Answer, request } from './http.ts';
import { type Problem, readProblem, refusal } from './problem.ts';
import type { Target } from './target.ts';

/** What became of one event. */
export interface Outcome {
  readonly event: EventDraft;
  /** Why it was rejected; absent when it was accepted. */
  readonly problem?: Problem;
}

/**
 * Sends events in as few requests as the hub's limits allow, one after the other, so that they stay in order.
 * @throws Unreachable when the hub does not answer
 * @throws Failure when it answers by something else than what became of the events
 */
export async function* sendEvents(
  events: readonly EventDraft[],
  { apiUrl }: Target,
  token: AccessToken,
): AsyncGenerator<Outcome> {
  for (const batch of batches(events)) {
    const [only] = batch;
    const isOne = batch.length === 1;
    const answer = await request('the hub', `${apiUrl}/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token.text}`,
        'content-type': `application/cloudevents${isOne ? '' : '-batch'}+json`,
      },
      body: isOne ? toJson(only) : `[${batch.map(toJson).join()}]`,
    });
    const problems = readRejections(answer);
    yield* batch.map((event, index) => {
      const problem = problems.get(index);
      return problem === undefined ? { event } : { event, problem };
    });
  }
}

/** The rejected events of an answer, by their place in the request. */
function readRejections(answer: Answer): ReadonlyMap<number, Problem> {
  const { status, body } = answer;
  const rejected = body?.['rejected'];
  if (!Array.isArray(rejected)) throw refusal('the hub takes no event', answer);
  const problems = rejected.flatMap((entry: Readonly<Record<string, unknown>>): (readonly [number, Problem])[] =>
    typeof entry['index'] === 'number' ? [[entry['index'], readProblem(entry, status)]] : [],
  );
  return new Map(problems);
}

function* batches(events: readonly EventDraft[]): Generator<readonly EventDraft[]> {
  let batch: EventDraft[] = [];
  let bytes = 0;
  for (const event of events) {
    // One more for the comma or bracket.
    const size = Buffer.byteLength(toJson(event)) + 1;
    if (batch.length > 0 && (batch.length === LIMITS.batchEvents || bytes + size >= LIMITS.batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function toJson(event: EventDraft | undefined): string {
  try {
    return JSON.stringify(event);
  } catch (cause) {
    throw new Failure(`an event cannot be sent: it is nested deeper than the ${LIMITS.jsonDepth} levels of the hub`, {
      cause,
    });
  }
}
