import { describe, expect, it } from 'vitest';
import { FakeHistory } from '../history/fake-history.ts';
import { readNeighbours } from './neighbours.ts';

const idsAround = async (history: FakeHistory, sequence: number) => {
  const { previous, next } = await readNeighbours(history, sequence);
  return [previous?.id, next?.id];
};

describe('the neighbours of an event', () => {
  it('are those beside it', async () => {
    expect(await idsAround(new FakeHistory(50), 20)).toEqual(['e19', 'e21']);
  });

  it('are the next that the reader may see', async () => {
    const history = new FakeHistory(5000, (sequence) => sequence % 1000 === 0);
    expect(await idsAround(history, 3000)).toEqual(['e2000', 'e4000']);
  });

  it('are missing at the ends of history', async () => {
    expect(await idsAround(new FakeHistory(50), 1)).toEqual([undefined, 'e2']);
    expect(await idsAround(new FakeHistory(50), 50)).toEqual(['e49', undefined]);
  });

  it('are not what is past its time', async () => {
    const history = new FakeHistory(50);
    history.oldest = 20;
    expect(await idsAround(history, 20)).toEqual([undefined, 'e21']);
  });
});
