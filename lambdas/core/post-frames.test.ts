import { asTenantId } from '@tidings/contracts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createPace } from './pace.ts';
import type { Connection } from './ports/connection-registry.ts';
import type { PostOutcome } from './ports/outbound.ts';
import { postFrames } from './post-frames.ts';

const SECOND = 1000;
/** What a run of the fan-out has, and what it keeps for the end; see `lambdas/fan-out/handler.ts`. */
const RUN_MILLISECONDS = 30 * SECOND;
const KEPT_MILLISECONDS = 6 * SECOND;

describe('posting against the end of a run', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  const connectionsOf = (count: number): readonly Connection[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `c${index}`,
      recipient: {
        tenant: asTenantId('acme'),
        organizations: [],
        roles: [],
        expiresAt: Date.now() / SECOND + 3600,
        subject: `s${index}`,
        mayRead: false,
      },
      listensOnly: false,
      connectedAt: new Date(Date.now() - 60 * SECOND),
      turn: 0,
    }));

  /** Posts one frame to each of so many sockets in virtual time. */
  async function post(count: number, perSecond: number, answer: PostOutcome, takes: number) {
    const started = Date.now();
    const elapsed = () => Date.now() - started;
    const behind: string[] = [];
    const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
    const surroundings = { now: () => new Date(), random: () => 0.99, pause };
    const posting = postFrames(
      [{ connections: connectionsOf(count), frames: () => ['{}'] }],
      {
        mayPost: () => RUN_MILLISECONDS - elapsed() > KEPT_MILLISECONDS,
        pace: createPace(perSecond, surroundings),
      },
      {
        surroundings,
        onRegistryFailure: (id) => expect.unreachable(id),
        poster: { post: () => pause(takes).then(() => answer) },
        registry: {
          remove: async (_, id) => expect.unreachable(id),
          markBehind: async ({ id }) => {
            behind.push(id);
          },
        },
      },
    ).then((result) => ({ ...result, took: elapsed() }));
    await vi.runAllTimersAsync();
    return { ...(await posting), behind };
  }

  it('gives up at once, and not each in its turn, on whoever has none by then', async () => {
    const { delivered, failed, behind, took } = await post(3000, 50, 'delivered', 20);
    expect(delivered).toBeGreaterThan(1100);
    expect(delivered + failed).toBe(3000);
    expect(behind).toHaveLength(failed);
    expect(took).toBeLessThan(RUN_MILLISECONDS - KEPT_MILLISECONDS + 2 * SECOND);
  });

  it.each([20, 1000, 2990])('waits for no other try when all are throttled after %d ms', async (takes) => {
    const { failed, behind, took } = await post(3000, 297, 'throttled', takes);
    expect(failed).toBe(3000);
    expect(behind).toHaveLength(3000);
    expect(took).toBeLessThan(RUN_MILLISECONDS - SECOND);
  });
});
