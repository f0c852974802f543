import { asEventId, asSequence, asTenantId, type EventId, LIMITS, type ProducedEvent } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { newEvent } from '../../test/acceptance/events.ts';
import type { RejectedEvent } from '../core/ingest.ts';
import { acceptedLines, recordedLines, rejectedLines } from './event-lines.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const acme = asTenantId('acme');

const event = (id: string, more: object = {}): ProducedEvent =>
  ({ ...newEvent('acme'), id: asEventId(id), tenantid: acme, ...more }) as unknown as ProducedEvent;

const rejected = (index: number, code: RejectedEvent['code'], id?: string): RejectedEvent => ({
  index,
  id,
  code,
  detail: 'what was found',
  errors: [{ path: '/data', message: 'what was found' }],
});

const recorded = (id: string, sequence: number) => ({
  event: event(id),
  sequence: asSequence(sequence),
  recordedAt: new Date(0),
});

describe('what is logged of accepted events', () => {
  it('is a line for each tenant, with the ids, types and traces of its events', () => {
    const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
    const other = event('2', { tenantid: asTenantId('other') });
    expect(acceptedLines([event('1', { traceparent }), other, event('3')])).toEqual([
      {
        tenant: 'acme',
        count: 2,
        events: [
          { id: '1', type: other.type, traceId: TRACE },
          { id: '3', type: other.type, traceId: undefined },
        ],
      },
      { tenant: 'other', count: 1, events: [{ id: '2', type: other.type, traceId: undefined }] },
    ]);
  });

  it('is nothing of none', () => {
    expect([...acceptedLines([]), ...rejectedLines([]), ...recordedLines(acme, [])]).toEqual([]);
  });
});

describe('what is logged of rejected events', () => {
  it('is a line for each code, and nothing of what was wrong with them', () => {
    const events = [rejected(0, 'EVENT_DATA_INVALID', 'a'), rejected(2, 'SCOPE_MISSING', 'c')];
    expect(rejectedLines([...events, rejected(3, 'EVENT_DATA_INVALID')])).toEqual([
      {
        code: 'EVENT_DATA_INVALID',
        count: 2,
        events: [
          { index: 0, id: 'a' },
          { index: 3, id: undefined },
        ],
      },
      { code: 'SCOPE_MISSING', count: 1, events: [{ index: 2, id: 'c' }] },
    ]);
  });
});

describe('what is logged of recorded events', () => {
  it('is one line where their numbers follow each other, and another behind a gap', () => {
    const lines = recordedLines(acme, [recorded('a', 7), recorded('b', 8), recorded('c', 12)]);
    expect(lines).toMatchObject([
      { tenant: 'acme', first: 7, last: 8, count: 2, events: [{ id: 'a' }, { id: 'b' }] },
      { tenant: 'acme', first: 12, last: 12, count: 1, events: [{ id: 'c' }] },
    ]);
  });
});

describe('a line about the largest request', () => {
  /** What CloudWatch takes, less what is in every line. */
  const MOST_BYTES = 256 * 1024 - 2048;
  const bytesOf = (line: unknown): number => Buffer.byteLength(JSON.stringify(line));
  const places = Array.from({ length: LIMITS.batchEvents }, (_, place) => place);

  it.each([
    ['four bytes each', '\u{1f514}'],
    ['a backslash each', '"'],
    ['six bytes each', '\ud800'],
  ])('is no longer than a log takes, with ids of %s', (_, character) => {
    const id = character.repeat(LIMITS.identifierCharacters) as EventId;
    const longest = { type: 'x'.repeat(LIMITS.typeCharacters), traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    const events = places.map(() => ({ ...event('1', longest), id, tenantid: asTenantId('t'.repeat(256)) }));
    const lines = [
      acceptedLines(events),
      rejectedLines(places.map((index) => rejected(index, 'EVENT_DATA_INVALID', id))),
      recordedLines(
        acme,
        events.map((one, place) => ({ event: one, sequence: asSequence(place + 1), recordedAt: new Date(0) })),
      ),
    ];
    expect(lines.map((of) => of.length)).toEqual([1, 1, 1]);
    expect(Math.max(...lines.flat().map(bytesOf))).toBeLessThan(MOST_BYTES);
  });
});
