import { asSequence, type EventsFrame, type RecordedEvent } from '@tidings/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedEvent } from '../../test/recorded-event.ts';
import { DeliveryRule, sequenceOf } from './delivery.ts';

/** A history that knows nothing of cursors: who sees which number. */
interface History {
  readonly visible: readonly boolean[];
  readonly start: number;
}

type Step =
  | { readonly kind: 'live'; readonly from: number; readonly length: number }
  | { readonly kind: 'page'; readonly size: number; readonly isLost: boolean; readonly head: number };

const history: fc.Arbitrary<History> = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 60 })
  .chain((visible) => fc.record({ visible: fc.constant(visible), start: fc.nat({ max: visible.length }) }));

const share = fc.double({ min: 0, max: 1, noNaN: true });
/** Live frames of any stretch in any order, so also lost, repeated and overlapping ones; and pages among them. */
const steps = ({ visible: { length } }: History): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('live' as const),
        from: fc.integer({ min: 1, max: length }),
        length: fc.integer({ min: 1, max: 8 }),
      }),
      fc.record({
        kind: fc.constant('page' as const),
        size: fc.integer({ min: 1, max: 20 }),
        isLost: fc.boolean(),
        head: share.map((part) => Math.round(part * length)),
      }),
    ),
    { maxLength: 60 },
  );

const run = history.chain((made) => fc.record({ history: fc.constant(made), steps: steps(made) }));
const limits = fc.constantFrom({ ranges: 1, held: 1 }, { ranges: 3, held: 5 }, { ranges: 256, held: 1000 });

class Player {
  readonly delivered: number[] = [];
  readonly rule: DeliveryRule;
  readonly #history: History;

  constructor(made: History, strict: boolean, bounds: { ranges: number; held: number }) {
    this.#history = made;
    const start = { epoch: 'e1', sequence: asSequence(made.start) };
    this.rule = new DeliveryRule({ start, strict, limits: bounds });
    this.rule.begin({ epoch: 'e1', head: asSequence(made.visible.length) });
  }

  /** What a client must have got that has seen everything up to a sequence; worked out from the history alone. */
  expected(through: number = this.#history.visible.length): readonly number[] {
    const { visible, start } = this.#history;
    return visible.flatMap((isVisible, index) => (isVisible && index >= start && index < through ? [index + 1] : []));
  }

  live(from: number, length: number): void {
    const through = Math.min(from + length - 1, this.#history.visible.length);
    this.#take(this.#frame(from, through, false));
  }

  page(size: number, isLost: boolean, wantedHead: number): boolean {
    const question = this.rule.ask();
    const after = typeof question.start === 'object' ? question.start.sequence : 0;
    const head = Math.max(wantedHead, after);
    const through = Math.min(head, after + size);
    const frame = this.#frame(after + 1, through, true);
    if (frame.events.length > 0 && !isLost) this.#take(frame);
    const page = { through: asSequence(through), head: asSequence(head), events: frame.events.length };
    const { due, isCaughtUp } = this.rule.settle(page, question);
    this.#note(due);
    return isCaughtUp;
  }

  catchUp(): void {
    const length = this.#history.visible.length;
    for (let round = 0; round < 1000; round += 1) if (this.page(7, false, length)) return;
    throw new Error('The client asks for pages for ever');
  }

  #frame(from: number, through: number, replay: boolean): EventsFrame<RecordedEvent> {
    const sequences = Array.from({ length: Math.max(0, through - from + 1) }, (_, index) => from + index);
    const events = sequences.filter((sequence) => this.#history.visible[sequence - 1]).map(recordedEvent);
    return { type: 'events', from: asSequence(from), through: asSequence(through), replay, events };
  }

  #take(frame: EventsFrame<RecordedEvent>): void {
    this.#note(this.rule.take(frame));
  }

  #note(due: readonly { readonly event: RecordedEvent; readonly cursor?: { readonly sequence: number } }[]): void {
    for (const { event, cursor } of due) {
      this.delivered.push(sequenceOf(event));
      if (cursor !== undefined) this.#assertComplete(cursor.sequence);
    }
    this.#assertComplete(this.rule.cursor?.sequence ?? 0);
  }

  /** The cursor promises that nothing is missing below it. */
  #assertComplete(cursor: number): void {
    const got = new Set(this.delivered);
    expect(this.expected(cursor).filter((sequence) => !got.has(sequence))).toEqual([]);
  }
}

const play = (player: Player, script: readonly Step[]): void => {
  for (const step of script) {
    if (step.kind === 'live') player.live(step.from, step.length);
    else player.page(step.size, step.isLost, step.head);
  }
};

describe('the cursor rule, under any interleaving of lost, repeated and reordered frames with pages', () => {
  it('delivers exactly the list, each event once', () => {
    fc.assert(
      fc.property(run, limits, ({ history: made, steps: script }, bounds) => {
        const player = new Player(made, false, bounds);
        play(player, script);
        player.catchUp();
        expect(player.delivered.toSorted((one, other) => one - other)).toEqual(player.expected());
        expect(player.rule.cursor?.sequence).toBe(made.visible.length);
      }),
      { numRuns: 1500 },
    );
  });

  it('delivers exactly the list, in order at every moment, if strict', () => {
    fc.assert(
      fc.property(run, limits, ({ history: made, steps: script }, bounds) => {
        const player = new Player(made, true, bounds);
        play(player, script);
        expect(player.delivered).toEqual(player.expected().slice(0, player.delivered.length));
        player.catchUp();
        expect(player.delivered).toEqual(player.expected());
      }),
      { numRuns: 1500 },
    );
  });
});
