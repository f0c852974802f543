import { expect, it } from 'vitest';
import { DeliveryPlayer, type Step } from './delivery-player.ts';
import { expectUnique, named, readVectors } from './vectors.ts';

interface Vector {
  readonly name: string;
  readonly options: object;
  readonly steps: readonly Step[];
}

const { vectors } = readVectors<{ vectors: readonly Vector[] }>('deliveries.json');

it('have names of their own', () => expectUnique(vectors.map(({ name }) => name)));

it.each(named(vectors, ({ name }) => name))('a client %s', async (_, { options, steps }) => {
  const player = new DeliveryPlayer(options);
  for (const [index, step] of steps.entries()) {
    await player.play(step).catch((error: unknown) => {
      throw new Error(`Step ${index + 1}, ${JSON.stringify(step)}: ${(error as Error).message}`, { cause: error });
    });
  }
  await player.end();
  expect(steps.length).toBeGreaterThan(0);
});
