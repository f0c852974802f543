import { asEventId, asSequence, NO_EPOCH } from '@tidings/contracts';
import { expect, test } from 'vitest';
import { event } from '../test/fake-hub.ts';
import { Deliveries } from './deliveries.ts';

type Frame = Parameters<Deliveries['take']>[0];

const frame = (...sequences: readonly number[]): Frame =>
  ({
    type: 'events',
    replay: false,
    from: sequences[0],
    through: sequences.at(-1),
    events: sequences.map(event),
  }) as unknown as Frame;

const subscribed = (head: number, epoch: string = NO_EPOCH) => ({
  type: 'subscribed' as const,
  epoch,
  head: asSequence(head),
  heartbeatSeconds: 240,
});

const idsOf = (deliveries: Deliveries, ...sequences: readonly number[]): readonly string[] =>
  deliveries.take(frame(...sequences)).map(({ id }) => id);

test('delivers each event once, in whatever order two sockets bring it', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(4, 'e'), false);
  expect(idsOf(deliveries, 6)).toEqual(['event-6']);
  expect(idsOf(deliveries, 5, 6, 7)).toEqual(['event-5', 'event-7']);
});

test('knows what nobody listened to', () => {
  const deliveries = new Deliveries();
  expect(deliveries.begin(subscribed(4, 'e'), false).missed).toBeUndefined();
  deliveries.take(frame(5));
  expect(deliveries.begin(subscribed(9, 'e'), false)).toEqual({ isOtherLog: false, missed: { after: 5, through: 9 } });
  expect(deliveries.begin(subscribed(9, 'e'), false).missed).toBeUndefined();
});

test('misses nothing while another socket listens', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(4, 'e'), false);
  expect(deliveries.begin(subscribed(9, 'e'), true).missed).toBeUndefined();
});

test('begins again with another log, whose numbers have been seen before', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(0, 'e'), false);
  deliveries.take(frame(1, 2));
  expect(deliveries.begin(subscribed(0), false)).toEqual({ isOtherLog: true, missed: undefined });
  expect(idsOf(deliveries, 1)).toEqual(['event-1']);
});

test('goes on with a log that has got its first events, and with them its epoch', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(0), false);
  expect(deliveries.begin(subscribed(2, 'e'), false)).toEqual({ isOtherLog: false, missed: { after: 0, through: 2 } });
});

test('knows an emptied log by its having no events any more', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(0), false);
  deliveries.take(frame(1, 2));
  expect(deliveries.begin(subscribed(0), false)).toEqual({ isOtherLog: true, missed: undefined });
});

test('takes an event for another where the log has changed without a sign', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(0), false);
  deliveries.take(frame(1));
  deliveries.begin(subscribed(1, 'e'), false);
  const other = frame(1);
  const renamed = { ...other, events: other.events.map((one) => ({ ...one, id: asEventId('other') })) };
  expect(deliveries.take(renamed)).toHaveLength(1);
});

test('takes the first events of an empty log for no other log', () => {
  const deliveries = new Deliveries();
  deliveries.begin(subscribed(0), false);
  deliveries.take(frame(1));
  expect(deliveries.begin(subscribed(2, 'e'), false)).toEqual({ isOtherLog: false, missed: { after: 1, through: 2 } });
});
