import { asSequence, type EventsFrame, type RecordedEvent } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { recordedEvent } from '../../test/recorded-event.ts';
import { DeliveryRule, type Due, sequenceOf } from './delivery.ts';

const cursor = (sequence: number, epoch = 'e1') => ({ epoch, sequence: asSequence(sequence) });
const frame = (
  from: number,
  through: number,
  sequences: readonly number[],
  replay = false,
): EventsFrame<RecordedEvent> => ({
  type: 'events',
  from: asSequence(from),
  through: asSequence(through),
  replay,
  events: sequences.map(recordedEvent),
});
const page = (through: number, head = through, events?: number) => ({
  through: asSequence(through),
  head: asSequence(head),
  ...(events !== undefined && { events }),
});
const dueOf = (due: readonly Due[]) => due.map(({ event, cursor: after }) => [sequenceOf(event), after?.sequence]);

describe('the cursor rule', () => {
  it('moves with a frame that follows on, event by event and past what was not for us', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    expect(dueOf(rule.take(frame(9, 15, [9, 12, 14])))).toEqual([
      [12, 12],
      [14, 14],
    ]);
    expect(rule.cursor).toEqual(cursor(15));
    expect(rule.isPageDue).toBe(false);
  });

  it('stays below a gap, remembers what is above, and joins both when the gap is filled', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    expect(dueOf(rule.take(frame(15, 17, [15, 17])))).toEqual([
      [15, undefined],
      [17, undefined],
    ]);
    expect(dueOf(rule.take(frame(15, 17, [15, 17])))).toEqual([]);
    expect(rule.cursor).toEqual(cursor(10));
    expect(dueOf(rule.take(frame(11, 15, [11, 15])))).toEqual([[11, 11]]);
    expect(rule.cursor).toEqual(cursor(17));
  });

  it('asks for a page at once for a gap if strict, and holds what comes after it', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: true });
    expect(rule.take(frame(15, 17, [15, 17]))).toEqual([]);
    expect(rule.isPageDue).toBe(true);
    const question = rule.ask();
    expect(question.start).toEqual(cursor(10));
    expect(dueOf(rule.take(frame(11, 14, [12], true)))).toEqual([
      [12, 12],
      [15, 15],
      [17, 17],
    ]);
    expect(rule.settle(page(14), question)).toEqual({ due: [], isCaughtUp: true });
  });

  it('drops what it cannot remember, and has it brought again', () => {
    const rule = new DeliveryRule({ start: cursor(0), strict: false, limits: { ranges: 2, held: 0 } });
    for (const sequence of [10, 20]) rule.take(frame(sequence, sequence, [sequence]));
    expect(rule.isPageDue).toBe(false);
    expect(rule.take(frame(30, 30, [30]))).toEqual([]);
    expect(rule.isPageDue).toBe(true);
    expect(dueOf(rule.take(frame(21, 21, [21])))).toEqual([[21, undefined]]);
  });

  it('takes no page for empty whose events were lost, if the hub says that there were some', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    expect(rule.settle(page(15, 15, 3), rule.ask()).isCaughtUp).toBe(false);
    expect(rule.cursor).toEqual(cursor(10));
    expect(rule.settle(page(15, 15, 0), rule.ask()).isCaughtUp).toBe(true);
    expect(rule.cursor).toEqual(cursor(15));
  });

  it('forgets what it has seen with the history that it was of', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    rule.take(frame(15, 17, [15, 17]));
    const question = rule.ask();
    expect(rule.reset({ reason: 'epoch', epoch: 'e2', oldest: asSequence(3) }, question)).toBe(true);
    expect(rule.cursor).toEqual(cursor(2, 'e2'));
    expect(dueOf(rule.take(frame(3, 17, [3, 15])))).toEqual([
      [3, 3],
      [15, 15],
    ]);
    expect(rule.settle(page(40), question).isCaughtUp).toBe(false);
    expect(rule.reset({ reason: 'epoch', epoch: 'e2', oldest: asSequence(3) }, question)).toBe(false);
    expect(rule.cursor).toEqual(cursor(17, 'e2'));
  });

  it('repeats nothing if only the beginning was cut, and says nothing if that had come', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    rule.take(frame(15, 17, [15, 17]));
    expect(rule.reset({ reason: 'retention', epoch: 'e1', oldest: asSequence(14) }, rule.ask())).toBe(true);
    expect(rule.take(frame(14, 17, [15, 17], true))).toEqual([]);
    expect(rule.reset({ reason: 'retention', epoch: 'e1', oldest: asSequence(18) }, rule.ask())).toBe(false);
    expect(rule.cursor).toEqual(cursor(17));
  });

  it('repeats nothing that came before it knew which history it was of, if the beginning was cut meanwhile', () => {
    const rule = new DeliveryRule({ start: cursor(0, ''), strict: false });
    expect(dueOf(rule.take(frame(4, 5, [4])))).toEqual([[4, undefined]]);
    expect(rule.reset({ reason: 'retention', epoch: 'e1', oldest: asSequence(4) }, rule.ask())).toBe(true);
    expect(dueOf(rule.take(frame(4, 5, [4], true)))).toEqual([]);
    expect(rule.cursor).toEqual(cursor(5));
  });

  it('repeats nothing when the hub tells again of the history that it stands in already', () => {
    const rule = new DeliveryRule({ start: cursor(100, 'e0'), strict: false });
    expect(rule.reset({ reason: 'epoch', epoch: 'e1', oldest: asSequence(1) }, rule.ask())).toBe(true);
    rule.take(frame(1, 5, [1, 5], true));
    expect(rule.reset({ reason: 'epoch', epoch: 'e1', oldest: asSequence(1) }, rule.ask())).toBe(false);
    expect(rule.cursor).toEqual(cursor(5));
  });

  it('takes no number of another history before it has been told of it', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    rule.begin({ epoch: 'e2', head: asSequence(30) });
    expect(rule.take(frame(11, 12, [11, 12]))).toEqual([]);
    expect(rule.cursor).toEqual(cursor(10));
    rule.begin({ epoch: 'e1', head: asSequence(30) });
    expect(dueOf(rule.take(frame(11, 12, [11])))).toEqual([[11, 11]]);
  });

  it('learns from a page which history it is of, if it knows of none, with every number that it has seen', () => {
    const rule = new DeliveryRule({ start: cursor(0, ''), strict: false });
    expect(rule.settle({ ...page(0), epoch: '' }, rule.ask()).isCaughtUp).toBe(true);
    rule.take(frame(1, 2, [1, 2]));
    expect([rule.cursor, rule.isPageDue]).toEqual([cursor(0, ''), true]);
    expect(rule.settle({ ...page(3), epoch: 'e1' }, rule.ask()).isCaughtUp).toBe(true);
    expect([rule.cursor, rule.isPageDue]).toEqual([cursor(3), false]);
  });

  it('takes nothing from the page of another history, and goes on with the next of its own', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: false });
    expect(rule.settle({ ...page(30), epoch: 'e2' }, rule.ask()).isCaughtUp).toBe(false);
    expect(rule.take(frame(11, 12, [11, 12], true))).toEqual([]);
    expect(rule.settle({ ...page(12), epoch: 'e1' }, rule.ask()).isCaughtUp).toBe(false);
    expect(rule.cursor).toEqual(cursor(10));
    expect(dueOf(rule.take(frame(11, 12, [11, 12], true)))).toEqual([
      [11, 11],
      [12, 12],
    ]);
    expect(rule.settle({ ...page(12), epoch: 'e1' }, rule.ask()).isCaughtUp).toBe(true);
  });

  it('holds what comes before the answer to subscribe, and drops what was before the beginning', () => {
    const rule = new DeliveryRule({ start: 'head', strict: false });
    expect(rule.take(frame(5, 7, [5, 7]))).toEqual([]);
    expect(rule.cursor).toBeUndefined();
    expect(dueOf(rule.begin({ epoch: 'e1', head: asSequence(6) }))).toEqual([[7, 7]]);
    expect(rule.cursor).toEqual(cursor(7));
  });

  it('delivers after the answer to subscribe what was held before it, though something may lie between', () => {
    const rule = new DeliveryRule({ start: 'head', strict: false });
    rule.take(frame(9, 10, [9]));
    expect(dueOf(rule.begin({ epoch: 'e1', head: asSequence(6) }))).toEqual([[9, undefined]]);
    expect(rule.cursor).toEqual(cursor(6));
  });

  it('is not caught up by a page that was asked for before something was dropped', () => {
    const rule = new DeliveryRule({ start: cursor(10), strict: true, limits: { ranges: 0, held: 0 } });
    const question = rule.ask();
    rule.take(frame(15, 17, [15, 17]));
    expect(rule.isPageDue).toBe(true);
    expect(rule.settle(page(14), question).isCaughtUp).toBe(false);
    expect(rule.settle(page(17), rule.ask()).isCaughtUp).toBe(true);
  });
});
