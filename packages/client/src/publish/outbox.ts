import { Backoff } from '../delivery/backoff.ts';
import type { AbortSignalLike } from './platform.ts';
import type { PreparedEvent } from './prepare.ts';
import { type PublishProblem, problem } from './publish-error.ts';
import type { AcceptedEvent, PublishResult, RejectedEvent } from './publisher.ts';
import { Interrupted, type PublishSurroundings, pause, within } from './time-limit.ts';
import type { PublishTiming } from './timing.ts';

/** What a request says of one of its events. */
export type Verdict =
  | { readonly kind: 'accepted' }
  /** For good. */
  | { readonly kind: 'refused'; readonly problem: PublishProblem; readonly concernsAll?: boolean }
  /** Not this time. */
  | {
      readonly kind: 'again';
      readonly problem: PublishProblem;
      /** Milliseconds that were asked for. */
      readonly retryAfter?: number | undefined;
      /** If it stays so, nothing else of the call has to be tried either. */
      readonly concernsAll?: boolean;
    }
  /** Somebody in this company is refused, and nobody knows who: to be sent again with events of its module, or alone. */
  | { readonly kind: 'apart'; readonly by: 'module' | 'event' };

/** Sends events that fit into one request. */
export interface Transport {
  readonly limits: { readonly events: number; readonly bytes: number };
  /** What an event takes of a request's bytes. */
  bytesOf(event: PreparedEvent): number;
  /** One verdict for each event, in order. Never throws but when interrupted. */
  send(events: readonly PreparedEvent[], signal: AbortSignalLike): Promise<readonly Verdict[]>;
}

export interface OutboxOptions {
  readonly transport: Transport;
  readonly surroundings: PublishSurroundings;
  readonly timing: PublishTiming;
  readonly signal?: AbortSignalLike | undefined;
}

interface Item {
  readonly prepared: PreparedEvent;
  /** Events of different groups do not share a request. */
  group: string;
  tries: number;
  /** It is being sent, or an answer about it was lost: it may be recorded already. */
  isUnknown: boolean;
  last?: PublishProblem;
}

/**
 * The events of one call, on their way. One request after the other, so they reach the hub in the caller's order; what
 * failed for the moment goes first again, together with what follows. What was accepted is never sent again.
 */
class Outbox {
  readonly #options: OutboxOptions;
  readonly #backoff: Backoff;
  readonly #end: number;
  readonly #accepted: AcceptedEvent[] = [];
  readonly #rejected: RejectedEvent[] = [];
  #open: readonly Item[];

  constructor(events: readonly PreparedEvent[], options: OutboxOptions) {
    const { timing, surroundings } = options;
    this.#options = options;
    this.#open = events.map((prepared) => ({ prepared, group: '', tries: 0, isUnknown: false }));
    this.#end = surroundings.now() + timing.budget;
    this.#backoff = new Backoff({
      baseMilliseconds: timing.backoffBase,
      capMilliseconds: timing.backoffCap,
      random: () => surroundings.random(),
    });
  }

  async run(): Promise<PublishResult> {
    const { surroundings, timing, signal } = this.#options;
    try {
      await within({ surroundings, limit: timing.budget, signal }, async (stop) => {
        while (this.#open.length > 0 && !stop.aborted) await this.#next(stop);
      });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const { by } = error;
      this.#giveUp(({ last }) => (by === 'signal' ? ABORTED : (last ?? timedOut(timing))));
    }
    return { accepted: this.#accepted, rejected: this.#rejected };
  }

  async #next(stop: AbortSignalLike): Promise<void> {
    const chunk = firstChunk(this.#open, this.#options.transport);
    const wasUnknown = chunk.map(({ isUnknown }) => isUnknown);
    for (const item of chunk) item.isUnknown = true;
    const verdicts = await this.#options.transport.send(
      chunk.map(({ prepared }) => prepared),
      stop,
    );
    // Whoever has ended the call has settled all events, too.
    if (stop.aborted) return;
    const kept: Item[] = [];
    let wait: number | undefined;
    let general: PublishProblem | undefined;
    chunk.forEach((item, i) => {
      const verdict = verdicts[i] ?? LOST;
      item.isUnknown = wasUnknown[i] === true || (verdict.kind === 'again' && verdict.problem.outcome === 'unknown');
      if (verdict.kind === 'again' && item.tries + 1 < this.#options.timing.attempts) {
        item.tries += 1;
        item.last = verdict.problem;
        wait = Math.max(wait ?? 0, verdict.retryAfter ?? 0);
        kept.push(item);
      } else if (verdict.kind === 'apart') {
        item.group = verdict.by === 'module' ? item.prepared.module : `event ${item.prepared.index}`;
        kept.push(item);
      } else this.#settle(item, verdict);
      if ((verdict.kind === 'again' || verdict.kind === 'refused') && verdict.concernsAll && kept.at(-1) !== item)
        general = verdict.problem;
    });
    this.#open = [...kept, ...this.#open.slice(chunk.length)];
    const reason = general;
    if (reason !== undefined) return this.#giveUp(() => reason);
    if (wait === undefined) this.#backoff.reset();
    else await this.#pause(wait, stop);
  }

  async #pause(asked: number, stop: AbortSignalLike): Promise<void> {
    const { surroundings, timing } = this.#options;
    const wait = Math.max(asked, this.#backoff.next());
    // No use in waiting for what there will be no time to do.
    if (surroundings.now() + wait >= this.#end) this.#giveUp(({ last }) => last ?? timedOut(timing));
    else await pause(wait, surroundings, stop);
  }

  #settle({ prepared: { index, id, type }, isUnknown }: Item, verdict: Exclude<Verdict, { kind: 'apart' }>): void {
    if (verdict.kind === 'accepted') this.#accepted.push({ index, id, type });
    else this.#rejected.push({ ...verdict.problem, outcome: isUnknown ? 'unknown' : 'not-accepted', index, id });
  }

  #giveUp(reasonFor: (item: Item) => PublishProblem): void {
    for (const item of this.#open) this.#settle(item, { kind: 'refused', problem: reasonFor(item) });
    this.#open = [];
  }
}

/** Sends events until there is nothing left to be tried. Never throws because of what becomes of them. */
export const sendAll = (events: readonly PreparedEvent[], options: OutboxOptions): Promise<PublishResult> =>
  new Outbox(events, options).run();

/** As many events from the front as share a group and fit into one request. One always does. */
function firstChunk(open: readonly Item[], { limits, bytesOf }: Transport): readonly Item[] {
  const chunk: Item[] = [];
  let bytes = 0;
  for (const item of open) {
    bytes += bytesOf(item.prepared);
    const fits = chunk.length < limits.events && bytes <= limits.bytes && item.group === open[0]?.group;
    if (chunk.length > 0 && !fits) break;
    chunk.push(item);
  }
  return chunk;
}

const ABORTED = problem('ABORTED', 'The caller has ended the call before the event was accepted', { retryable: true });

const timedOut = ({ budget }: PublishTiming): PublishProblem =>
  problem('TIMED_OUT', `The event was not accepted within the ${budget} ms of the call`, { retryable: true });

const LOST: Verdict = {
  kind: 'again',
  problem: problem('ANSWER_INVALID', 'The answer says nothing of the event', { outcome: 'unknown', retryable: true }),
};
