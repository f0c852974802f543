import { asSequence, type EventsFrame, type RecordedEvent } from '@tidings/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedEvent } from '../../test/recorded-event.ts';
import { DeliveryRule, sequenceOf } from './delivery.ts';
import { EventQueue } from './event-queue.ts';
import { Intake } from './intake.ts';
import type { DeliveryRange } from './news.ts';
import type { DeliveryReset } from './options.ts';

const LENGTH = 40;
const at = fc.integer({ min: 1, max: LENGTH });
const size = fc.integer({ min: 1, max: 8 });

type Step =
  | { readonly kind: 'live'; readonly from: number; readonly size: number }
  | { readonly kind: 'page'; readonly size: number; readonly isLost: boolean }
  | { readonly kind: 'cut'; readonly oldest: number }
  | { readonly kind: 'another-history'; readonly oldest: number }
  | { readonly kind: 'slow' }
  | { readonly kind: 'quick' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('live' as const), from: at, size }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('page' as const), size, isLost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), oldest: at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('another-history' as const), oldest: at }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'slow' as const }, { kind: 'quick' as const }) },
);

const run = fc.record({
  visible: fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }),
  start: fc.oneof(fc.integer({ min: 0, max: LENGTH }), fc.constantFrom('head' as const, 'oldest' as const)),
  strict: fc.boolean(),
  limits: fc.constantFrom({ ranges: 1, held: 1 }, { ranges: 256, held: 1000 }),
  steps: fc.array(step, { maxLength: 40 }),
});
type Run = typeof run extends fc.Arbitrary<infer Value> ? Value : never;

/** A client between a hub and a handler, and who listens for what becomes known. */
class Player {
  readonly rule: DeliveryRule;
  readonly #intake: Intake;
  readonly #queue: EventQueue;
  readonly #visible: readonly boolean[];
  readonly #given = new Set<number>();
  readonly known = new Set<number>();
  readonly #gaps = new Set<number>();
  #epochs = 1;
  /** Before it has begun with the oldest, nobody knows how much is missing before the first that comes live. */
  #isMeasured: boolean;
  #isSlow = false;
  #finish: () => void = () => undefined;
  /** Numbers up to here are not ours to be told of. */
  base = 0;
  /** Numbers below here can be gone. */
  cutBelow = 0;

  constructor({ visible, start, strict, limits }: Run) {
    this.#visible = visible;
    const place = typeof start === 'number' ? { epoch: 'e1', sequence: asSequence(start) } : start;
    this.base = typeof start === 'number' ? start : start === 'head' ? LENGTH / 2 : 0;
    this.#isMeasured = start !== 'oldest';
    this.rule = new DeliveryRule({ start: place, strict, limits, isNewsWanted: () => true });
    this.#queue = new EventQueue({
      onEvent: (event) => this.#give(sequenceOf(event)),
      onReset: (reset) => this.#reset(reset),
      onRange: (range) => this.#hear(range),
      onFailure: (cause) => {
        throw cause;
      },
      onHandled: () => undefined,
    });
    this.#intake = new Intake({ rule: this.rule, queue: this.#queue, capacity: 5, onFull: () => undefined });
  }

  begin(): void {
    this.#intake.begin({ type: 'subscribed', epoch: 'e1', head: asSequence(LENGTH / 2), heartbeatSeconds: 60 });
  }

  async play(script: Step): Promise<void> {
    if (script.kind === 'live') this.#take(script.from, Math.min(LENGTH, script.from + script.size - 1), false);
    else if (script.kind === 'page') this.page(script.size, script.isLost);
    else if (script.kind === 'slow') this.#isSlow = true;
    else if (script.kind === 'quick') await this.drain();
    else this.#cut(script.oldest, script.kind === 'cut' ? 'retention' : 'epoch');
    if (this.#queue.isDrained) this.assertComplete();
  }

  page(most: number, isLost: boolean): boolean {
    const question = this.#intake.ask();
    if (question.start === undefined) return true;
    const after = question.start === 'oldest' ? 0 : question.start.sequence;
    const through = Math.min(LENGTH, after + most);
    const frame = this.#frame(after + 1, through, true);
    if (frame.events.length > 0 && !isLost) this.#intake.take(frame);
    const end = { through: asSequence(through), head: asSequence(LENGTH), events: frame.events.length };
    return this.#intake.settle({ ...end, epoch: `e${this.#epochs}` }, question);
  }

  /** The handler comes to an end with everything. */
  async drain(): Promise<void> {
    this.#isSlow = false;
    this.#finish();
    await new Promise<void>((resolve) => this.#queue.whenDrained(resolve));
  }

  /** Everything up to the cursor has been told, but what is gone. */
  assertComplete(): void {
    const cursor = this.rule.cursor?.sequence ?? 0;
    const missing = numbersOf(this.base + 1, cursor).filter((number) => !this.known.has(number));
    expect(missing.filter((number) => number >= this.cutBelow || this.#given.has(number))).toEqual([]);
    if (!this.#isMeasured) return;
    const reached = numbersOf(this.base + 1, Math.max(0, ...this.known, ...this.#gaps));
    const untold = reached.filter((number) => !this.known.has(number) && !this.#gaps.has(number));
    expect(untold.filter((number) => number >= this.cutBelow)).toEqual([]);
  }

  #give(sequence: number): unknown {
    expect(this.known.has(sequence)).toBe(false);
    this.#given.add(sequence);
    if (!this.#isSlow) return undefined;
    return new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
  }

  #hear({ from, through, kind }: DeliveryRange): void {
    expect(from).toBeLessThanOrEqual(through);
    for (const number of numbersOf(from, through)) {
      expect(this.known.has(number)).toBe(false);
      if (kind === 'gap') {
        expect(this.#gaps.has(number)).toBe(false);
        this.#gaps.add(number);
        continue;
      }
      // Its event was given before, unless it is for others.
      expect(this.#given.has(number)).toBe(this.#visible[number - 1]);
      this.known.add(number);
    }
  }

  #reset({ reason, oldest }: DeliveryReset): void {
    this.cutBelow = oldest;
    if (reason === 'retention') return;
    this.base = oldest - 1;
    this.#isMeasured = true;
    this.known.clear();
    this.#gaps.clear();
    this.#given.clear();
  }

  #cut(oldest: number, reason: 'retention' | 'epoch'): void {
    const question = this.#intake.ask();
    if (typeof question.start !== 'object') return;
    if (reason === 'retention' && question.start.sequence >= oldest - 1) return;
    if (reason === 'epoch') this.#epochs += 1;
    const left = { oldest: asSequence(oldest), head: asSequence(LENGTH), epoch: `e${this.#epochs}` };
    this.#intake.reset({ type: 'reset', reason, ...left }, question);
  }

  #take(from: number, through: number, replay: boolean): void {
    this.#intake.take(this.#frame(from, through, replay));
  }

  #frame(from: number, through: number, replay: boolean): EventsFrame<RecordedEvent> {
    const sequences = numbersOf(from, through).filter((sequence) => this.#visible[sequence - 1]);
    const events = sequences.map(recordedEvent);
    return { type: 'events', from: asSequence(from), through: asSequence(through), replay, events };
  }
}

const numbersOf = (from: number, through: number): readonly number[] =>
  Array.from({ length: Math.max(0, through - from + 1) }, (_, index) => from + index);

describe('what is told of the sequence, under any order of lost, repeated and dropped frames, pages and resets', () => {
  it('covers what the cursor has passed, tells each number once, and none before its event was given', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.nat({ max: 3 }), async (made, before) => {
        const player = new Player(made);
        // Live frames may be faster than the answer that says where it begins.
        const early = made.steps.slice(0, before).filter(({ kind }) => kind === 'live');
        for (const each of early) await player.play(each);
        player.begin();
        for (const each of made.steps.slice(before)) await player.play(each);
        await player.drain();
        for (let round = 0; round < 100 && !player.page(7, false); round += 1) await player.drain();
        await player.drain();
        player.assertComplete();
        const cursor = player.rule.cursor?.sequence ?? 0;
        expect([...player.known].filter((number) => number > cursor)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
