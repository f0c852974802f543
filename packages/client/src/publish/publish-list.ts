import { completeSurroundings } from '../delivery/surroundings.ts';
import { type OutboxOptions, sendAll, type Transport } from './outbox.ts';
import { type PreparedEvent, prepareEvent, type Validate } from './prepare.ts';
import { failed, isPublishError, PublishError } from './publish-error.ts';
import type { PublishedEvent, PublishOptions, PublishResult, RejectedEvent } from './publisher.ts';
import type { PublishSurroundings } from './time-limit.ts';
import { PUBLISH_TIMING, type PublishTiming } from './timing.ts';

/** Options that all publishers have. */
export interface CommonOptions {
  /**
   * Looks at the data of an event before it is sent: pass `validateEvent` of `@tidings/client/validate`. The bus gives
   * no answer about data that breaks its schema, it ends in a dead-letter queue.
   * @default nothing is looked at but the attributes; over HTTP the hub says what is wrong with the data
   */
  readonly validate?: Validate;
  readonly timing?: Partial<PublishTiming>;
  /** Time and chance; for tests. */
  readonly surroundings?: Partial<PublishSurroundings>;
}

/** What all publishers do alike: making events ready, sending them, and telling what became of them. */
export class PublishingCalls {
  readonly timing: PublishTiming;
  readonly surroundings: PublishSurroundings;
  readonly #validate: Validate | undefined;

  constructor({ timing, surroundings, validate }: CommonOptions) {
    this.timing = { ...PUBLISH_TIMING, ...timing };
    for (const [name, value] of Object.entries(this.timing)) {
      if (Number.isFinite(value) && value >= (name === 'attempts' ? 1 : 0)) continue;
      throw failed(
        'OPTIONS_INVALID',
        `Expected timing.${name} to be a number from ${name === 'attempts' ? 1 : 0} on, found ${value}`,
      );
    }
    this.surroundings = completeSurroundings(surroundings);
    this.#validate = validate;
  }

  /** @param transportFor makes what sends the events of this call */
  async publish(
    given: unknown,
    { signal }: PublishOptions,
    transportFor: (events: readonly PreparedEvent[]) => Transport,
  ): Promise<PublishedEvent | PublishResult> {
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    const { ready, rejected } = this.#prepare(list);
    const options: Omit<OutboxOptions, 'transport'> = { timing: this.timing, surroundings: this.surroundings, signal };
    const sent: PublishResult =
      ready.length === 0
        ? { accepted: [], rejected: [] }
        : await sendAll(ready, { ...options, transport: transportFor(ready) });
    const byIndex = (a: { readonly index: number }, b: { readonly index: number }) => a.index - b.index;
    const result = {
      accepted: sent.accepted.toSorted(byIndex),
      rejected: [...rejected, ...sent.rejected].toSorted(byIndex),
    };
    return Array.isArray(given) ? result : onlyOne(result);
  }

  #prepare(list: readonly unknown[]): { ready: readonly PreparedEvent[]; rejected: readonly RejectedEvent[] } {
    const ready: PreparedEvent[] = [];
    const rejected: RejectedEvent[] = [];
    const now = () => this.surroundings.now();
    // Not `forEach`: a hole in a list is no event either.
    for (let index = 0; index < list.length; index += 1) {
      try {
        ready.push(prepareEvent(list[index], { index, now, validate: this.#validate }));
      } catch (error) {
        if (!isPublishError(error)) throw error;
        const { code, detail, errors, advice, outcome, retryable } = error;
        const id = idOf(list[index]);
        rejected.push({ index, code, detail, errors, advice, outcome, retryable, ...(id !== undefined && { id }) });
      }
    }
    return { ready, rejected };
  }
}

function onlyOne({ accepted: [accepted], rejected: [rejected] }: PublishResult): PublishedEvent {
  if (rejected !== undefined) throw new PublishError(rejected, rejected.id);
  if (accepted === undefined) throw new Error('Nothing became of the event');
  const { id, type } = accepted;
  return { id, type };
}

function idOf(candidate: unknown): string | undefined {
  const id = typeof candidate === 'object' && candidate !== null && 'id' in candidate ? candidate.id : undefined;
  return typeof id === 'string' ? id.slice(0, 256) : undefined;
}
