import { asSequence } from '@tidings/contracts';
import { expect, it } from 'vitest';
import { recordedEvent } from '../../test/recorded-event.ts';
import { DeliveryRule } from './delivery.ts';
import { EventQueue } from './event-queue.ts';
import { Intake } from './intake.ts';

it('drops live events that have no room until all is handled, and has them brought again', () => {
  const rule = new DeliveryRule({ start: { epoch: 'e1', sequence: asSequence(0) }, strict: false });
  const nothing = () => undefined;
  const queue = new EventQueue({
    onEvent: () => new Promise(nothing),
    onReset: nothing,
    onFailure: nothing,
    onHandled: nothing,
  });
  let full = 0;
  const intake = new Intake({ rule, queue, capacity: 2, onFull: () => (full += 1) });
  const take = (sequence: number, replay = false): void =>
    intake.take({
      type: 'events',
      from: asSequence(sequence),
      through: asSequence(sequence),
      replay,
      events: [recordedEvent(sequence)],
    });
  // The first is being handled; two wait.
  for (const sequence of [1, 2, 3]) take(sequence);
  expect([intake.hasRoom, intake.isPageDue, full]).toEqual([false, false, 0]);
  for (const sequence of [4, 5]) take(sequence);
  expect([intake.hasRoom, intake.isPageDue, full]).toEqual([false, true, 1]);
  expect(rule.cursor?.sequence).toBe(3);
  take(4, true);
  expect(rule.cursor?.sequence).toBe(4);
});
