import type { Subscription } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { lagOf } from './lag.ts';

const at = (epoch: string, sequence: number) => ({ cursor: { epoch, sequence } }) as Pick<Subscription, 'cursor'>;

describe('the lag of a subscription', () => {
  it('is what lies between its cursor and the head', () => {
    expect(lagOf(at('e', 40), { epoch: 'e', sequence: 42 })).toEqual({ kind: 'behind', events: 2 });
    expect(lagOf(at('e', 42), { epoch: 'e', sequence: 42 })).toEqual({ kind: 'behind', events: 0 });
  });

  it('is everything for one that was made before the first event', () => {
    expect(lagOf(at('', 0), { epoch: 'e', sequence: 42 })).toEqual({ kind: 'behind', events: 42 });
    expect(lagOf(at('', 0), { epoch: '', sequence: 0 })).toEqual({ kind: 'behind', events: 0 });
  });

  it.each([
    ['of another history', at('other', 40)],
    ['ahead of the head', at('e', 43)],
  ])('cannot be told of a cursor that is %s', (_, subscription) => {
    expect(lagOf(subscription, { epoch: 'e', sequence: 42 })).toEqual({ kind: 'other-history' });
  });
});
