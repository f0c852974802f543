import { LIMITS } from '@tidings/contracts';
import type { EventDraft } from './example-event.ts';
import { Failure } from './failure.ts';
import type { Answer } from './http.ts';
import type { HubApi } from './hub-api.ts';
import { type Problem, readProblem, refusal } from './problem.ts';

/** What became of one event. */
export interface Outcome {
  readonly event: EventDraft;
  /** Why it was rejected; absent when it was accepted. */
  readonly problem?: Problem;
}

/**
 * Sends events in as few requests as the hub's limits allow, one after the other, so that they stay in order. A request
 * that fails in a way that may pass is made again: an id is recorded once.
 *
 * They are sent as they are, for the hub to judge: it may know types that this build does not, and a user may want to
 * see what it says to a broken one. The client's own publishing completes events, and refuses what it does not know.
 * @throws Unreachable when the hub does not answer
 * @throws Failure when it answers by something else than what became of the events
 */
export async function* sendEvents(
  events: readonly EventDraft[],
  api: Pick<HubApi, 'exchange'>,
): AsyncGenerator<Outcome> {
  for (const batch of batches(events)) {
    const [only] = batch;
    const isOne = batch.length === 1;
    const answer = await api.exchange({
      method: 'POST',
      path: '/events',
      content: {
        type: `application/cloudevents${isOne ? '' : '-batch'}+json`,
        text: isOne ? toJson(only) : `[${batch.map(toJson).join()}]`,
      },
      mayRepeat: true,
    });
    const problems = readRejections(answer, batch.length);
    yield* batch.map((event, index) => {
      const problem = problems.get(index);
      return problem === undefined ? { event } : { event, problem };
    });
  }
}

/**
 * The rejected events of an answer, by their place in the request.
 * @throws Failure unless the answer tells of every one of the events
 */
function readRejections(answer: Answer, count: number): ReadonlyMap<number, Problem> {
  const { status, body } = answer;
  const rejected: unknown = body?.['rejected'];
  if (!Array.isArray(rejected)) throw refusal('the hub takes no event', answer);
  const problems = new Map<number, Problem>();
  for (const entry of rejected as readonly unknown[]) {
    const index = typeof entry === 'object' && entry !== null && 'index' in entry ? Number(entry.index) : Number.NaN;
    if (index >= 0 && index < count) problems.set(index, readProblem(entry, status));
  }
  const accepted: unknown = body?.['accepted'];
  // What nobody tells of would pass for accepted.
  if (Array.isArray(accepted) && problems.size === rejected.length && accepted.length + problems.size === count) {
    return problems;
  }
  throw new Failure(
    `the hub does not say what became of ${count === 1 ? 'the event' : `${count} events`} (HTTP ${status})`,
    {
      notes: ['Check that "apiUrl" of the target is that of a Tidings hub. An id that is sent again is recorded once'],
    },
  );
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
