import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ScriptedLive } from '../../test/scripted-live.ts';
import { DeliveryError } from '../delivery/index.ts';
import { LiveStatus } from './live-status.ts';

const RESET = { reason: 'retention', epoch: 'e', oldest: 9, head: 12, previous: undefined } as const;

function watched() {
  const live = new ScriptedLive();
  const status = new LiveStatus(live);
  let renders = 0;
  const off = status.subscribe(() => (renders += 1));
  return { live, status, off, renders: () => renders };
}

describe('the status of a client, for React', () => {
  it('tells states with their reasons, and is the same while nothing happens', () => {
    const { live, status, renders } = watched();
    expect(status.getSnapshot()).toEqual({ state: 'connecting' });
    live.enter('live', 'caught-up');
    expect(status.getSnapshot()).toEqual({
      state: 'live',
      status: { state: 'live', previous: 'connecting', reason: 'caught-up' },
    });
    expect(status.getSnapshot()).toBe(status.getSnapshot());
    expect(renders()).toBe(1);
  });

  it('knows the state, but no reason, when that has changed while nobody listened', () => {
    const { live, status, off } = watched();
    live.enter('live', 'caught-up');
    off();
    live.enter('connecting', 'socket-closed');
    expect(status.getSnapshot()).toEqual({ state: 'connecting' });
    expect(live.handlers).toBe(0);
  });

  it('keeps an error until all is well again, and a reset for good', () => {
    const { live, status } = watched();
    const error = new DeliveryError('TOKEN_FAILED', 'no token');
    live.reset(RESET);
    live.fail(error);
    live.enter('connecting', 'token-failed');
    expect(status.getSnapshot()).toMatchObject({ error, reset: RESET, state: 'connecting' });
    live.enter('live', 'caught-up');
    expect(status.getSnapshot()).toMatchObject({ reset: RESET, state: 'live' });
    expect(status.getSnapshot()).not.toHaveProperty('error');
  });

  it('writes down what a handler has failed with, as a client does that nobody listens to', () => {
    const written = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => written.mockRestore());
    const { live } = watched();
    const error = new DeliveryError('HANDLER_FAILED', 'a bug');
    live.fail(error);
    live.fail(new DeliveryError('TOKEN_FAILED', 'no token'));
    expect(written.mock.calls).toEqual([[error]]);
  });

  it('is "connecting" on a server, whatever the client is', () => {
    const { live } = watched();
    live.enter('live', 'caught-up');
    expect(LiveStatus.getServerSnapshot()).toEqual({ state: 'connecting' });
    expect(LiveStatus.getServerSnapshot()).toBe(LiveStatus.getServerSnapshot());
  });
});
