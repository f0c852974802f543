import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { acknowledgeEarly } from './acknowledge-early.ts';

describe('acknowledging early', () => {
  it('acknowledges what is done while another part of the batch still runs, before that one ends', async () => {
    let endSlow: (receipts: readonly string[]) => void = () => undefined;
    const slow = new Promise<readonly string[]>((resolve) => {
      endSlow = resolve;
    });
    const acknowledge = vi.fn(async (receipts: readonly string[]) => {
      if (receipts.includes('quick')) endSlow(['slow']);
    });
    // Ends only because the quick part was acknowledged first.
    await acknowledgeEarly([Promise.resolve(['quick', 'quick too']), slow], acknowledge);
    expect(acknowledge.mock.calls).toEqual([[['quick', 'quick too']]]);
  });

  it('leaves a batch to Lambda whose parts end at about the same time', async () => {
    const acknowledge = vi.fn(async () => undefined);
    await acknowledgeEarly([Promise.resolve(['a']), pause(20, ['b'])], acknowledge);
    await acknowledgeEarly([Promise.resolve(['alone'])], acknowledge);
    expect(acknowledge).not.toHaveBeenCalled();
  });

  it('acknowledges nothing of a part that has failed, and settles all the same', async () => {
    const acknowledge = vi.fn(async () => undefined);
    const parts = [Promise.reject(new Error('failed')), Promise.resolve([]), pause(400, ['late'])];
    await acknowledgeEarly(parts, acknowledge);
    expect(acknowledge).not.toHaveBeenCalled();
  });

  it('settles although acknowledging fails', async () => {
    const refuse = () => Promise.reject(new Error('throttled'));
    await expect(acknowledgeEarly([Promise.resolve(['a']), pause(400, ['b'])], refuse)).resolves.toBeUndefined();
  });
});
