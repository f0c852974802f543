import { LIMITS } from '@tidings/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bankEvent, communityEvent } from '../../test/new-events.ts';
import { accept, answer, problemAnswer, ScriptedHub, type SeenRequest } from '../../test/scripted-hub.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { TidingsApiClient } from './api-client.ts';
import { PUBLISH_TIMING } from './timing.ts';

const RUNS = 150;

/** What the hub does with a request, as chance has it. */
const reaction = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'accept' } as const) },
  fc.record({
    kind: fc.constant('partly' as const),
    code: fc.constantFrom('BUS_UNAVAILABLE', 'EVENT_DATA_INVALID', 'RATE_LIMITED', 'TENANT_MISMATCH'),
    every: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant('whole' as const), status: fc.constantFrom(400, 401, 403, 404, 413, 429, 500, 503) }),
  fc.constant({ kind: 'lost-request' } as const),
  // The hub has taken the events, and nobody hears of it.
  fc.constant({ kind: 'lost-answer' } as const),
  fc.record({ kind: fc.constant('failed-after' as const), status: fc.constantFrom(500, 502, 503, 504) }),
  fc.constant({ kind: 'never' } as const),
  fc.constant({ kind: 'garbage' } as const),
);
const size = fc.oneof({ weight: 2, arbitrary: fc.nat(200) }, fc.integer({ min: 0, max: LIMITS.eventBytes + 1000 }));

const STATUS: Readonly<Record<string, number>> = { BUS_UNAVAILABLE: 503, RATE_LIMITED: 429, TENANT_MISMATCH: 403 };

describe('whatever becomes of requests', () => {
  it('every event is told of once and truly, nothing accepted is sent again, and no limit is passed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(reaction, { maxLength: 25 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (sizes, copies, reactions, chance) => {
          const time = new VirtualTime(() => chance);
          const confirmed = new Set<string>();
          const recorded = new Set<string>();
          const take = (request: SeenRequest, isHeard: boolean, refused: Parameters<typeof accept>[1] = {}) => {
            request.events.forEach(({ id }, index) => {
              if (refused[index] !== undefined) return;
              recorded.add(id);
              if (isHeard) confirmed.add(id);
            });
            return accept(request, refused);
          };
          const check = ({ events, body }: SeenRequest): void => {
            expect(events.length).toBeLessThanOrEqual(LIMITS.batchEvents);
            expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMITS.batchBytes);
            for (const { id } of events) expect(confirmed.has(id), `${id} was accepted, and is sent again`).toBe(false);
            const positions = events.map(({ id }) => Number(id));
            expect(positions).toEqual(positions.toSorted((a, b) => a - b));
          };
          const hub = new ScriptedHub(
            [
              ...reactions.map((step) => (request: SeenRequest) => {
                check(request);
                switch (step.kind) {
                  case 'accept':
                    return take(request, true);
                  case 'partly': {
                    const { code, every } = step;
                    const entries = request.events.flatMap((_, index) =>
                      index % every === 0 ? [[index, { status: STATUS[code] ?? 422, code }] as const] : [],
                    );
                    return take(request, true, Object.fromEntries(entries));
                  }
                  case 'whole':
                    return problemAnswer(step.status, 'SOME_REASON');
                  case 'lost-request':
                    throw new TypeError('fetch failed');
                  case 'lost-answer':
                    take(request, false);
                    throw new TypeError('terminated');
                  case 'failed-after':
                    take(request, false);
                    return answer(step.status, 'Oh dear');
                  case 'never':
                    return 'never';
                  default:
                    return answer(202, 'ok');
                }
              }),
              ...Array(200).fill((request: SeenRequest) => {
                check(request);
                return take(request, true);
              }),
            ],
            () => time.elapsed,
          );
          const client = new TidingsApiClient({
            apiUrl: 'https://hub.example',
            token: () => 'token',
            fetch: hub.fetch,
            surroundings: time,
          });
          const events = Array.from({ length: sizes.length * copies }, (_, index) =>
            index % 3 === 2
              ? communityEvent(String(index))
              : bankEvent({
                  id: String(index),
                  data: { ...bankEvent().data, lastName: 'x'.repeat(sizes[index % sizes.length] ?? 0) },
                }),
          );
          const { accepted, rejected } = await time.run(client.publish(events));

          const told = [...accepted, ...rejected].map(({ index }) => index);
          expect(told.toSorted((a, b) => a - b)).toEqual(events.map((_, index) => index));
          for (const list of [accepted, rejected]) {
            expect(list.map(({ index }) => index)).toEqual(list.map(({ index }) => index).toSorted((a, b) => a - b));
            for (const { index, id } of list) expect(id).toBe(String(index));
          }
          for (const { id } of accepted) expect(confirmed.has(id)).toBe(true);
          for (const { id, outcome, code } of rejected) {
            expect(confirmed.has(id ?? '')).toBe(false);
            const isTrue = outcome === 'unknown' || !recorded.has(id ?? '');
            expect(isTrue, `${id} is recorded, and said not to be (${code})`).toBe(true);
          }
          expect(time.elapsed).toBeLessThanOrEqual(PUBLISH_TIMING.budget);
          expect(time.pending).toBe(0);
        },
      ),
      { numRuns: RUNS, ...(process.env['SEED'] !== undefined && { seed: Number(process.env['SEED']) }) },
    );
  });
});
