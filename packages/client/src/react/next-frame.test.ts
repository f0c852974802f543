import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onNextFrame } from './next-frame.ts';

/** Frames that are drawn when a test says so. */
function frames() {
  const waiting = new Map<number, () => void>();
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => {
    waiting.set(waiting.size + 1, call);
    return waiting.size;
  });
  vi.stubGlobal('cancelAnimationFrame', (handle: number) => waiting.delete(handle));
  return { waiting, draw: () => [...waiting.values()].forEach((call) => void call()) };
}

describe('the next frame', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('calls when it is drawn, once, and not before', async () => {
    const { draw } = frames();
    const call = vi.fn();
    onNextFrame(call);
    await Promise.resolve();
    expect(call).not.toHaveBeenCalled();
    draw();
    vi.runAllTimers();
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('calls soon where frames are not drawn, because nobody sees the page', () => {
    const { waiting } = frames();
    const call = vi.fn();
    onNextFrame(call);
    vi.advanceTimersByTime(100);
    expect(call).toHaveBeenCalledTimes(1);
    expect(waiting.size).toBe(0);
  });

  it('calls soon where there are no frames at all', () => {
    const call = vi.fn();
    onNextFrame(call);
    expect(call).not.toHaveBeenCalled();
    vi.advanceTimersByTime(0);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('calls no more once it is cancelled', () => {
    const { draw } = frames();
    const call = vi.fn();
    onNextFrame(call)();
    draw();
    vi.runAllTimers();
    expect(call).not.toHaveBeenCalled();
  });
});
