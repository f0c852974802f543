import { describe, expect, it } from 'vitest';
import { eventsFrame, FRAME_OVERHEAD_BYTES } from './hub-frames.ts';
import { asSequence } from './identifiers.ts';

describe('a frame of events', () => {
  it('is JSON around events that are JSON already', () => {
    const range = { from: asSequence(3), through: asSequence(9), replay: true };
    const events = [{ id: 'a"b', data: [1] }, { id: '🦊' }];
    const frame = eventsFrame(
      range,
      events.map((event) => JSON.stringify(event)),
    );
    expect(JSON.parse(frame)).toStrictEqual({ type: 'events', ...range, events });
    expect(JSON.parse(eventsFrame({ ...range, replay: false }, []))).toStrictEqual({
      type: 'events',
      ...range,
      replay: false,
      events: [],
    });
  });

  it('needs no more room beside its events than is kept for that', () => {
    const largest = asSequence(Number.MAX_SAFE_INTEGER);
    const bytes = Buffer.byteLength(eventsFrame({ from: largest, through: largest, replay: false }, []));
    expect(bytes).toBeLessThanOrEqual(FRAME_OVERHEAD_BYTES);
  });
});
