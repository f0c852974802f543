import { expect, it } from 'vitest';
import { createRandom } from '../acceptance/random.ts';
import { race } from './races.ts';

/** `RACES=10000 npx vitest run --project unit test/chaos/races` races more of them. */
const RACES = Number(process.env['RACES'] ?? 2500);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

it(`${RACES} sockets that are cut between replay and live lose nothing and repeat nothing`, async () => {
  const cuts = new Map<string, number>();
  let steps = 0;
  for (let index = 0; index < RACES; index += 1) {
    const result = await race(createRandom(seed + index));
    expect(result.violations, `SEED=${seed + index}`).toEqual([]);
    steps += result.steps;
    for (const before of result.cutBefore) cuts.set(before, (cuts.get(before) ?? 0) + 1);
  }
  const table = [...cuts].sort(([, a], [, b]) => b - a).map(([before, count]) => `${before} ${count}`);
  console.log(`${RACES} races, ${steps} steps, SEED=${seed}; sockets were cut before: ${table.join(', ')}`);
  // The hand-over itself: after the registration and before the last word of the answer.
  for (const before of ['log.head', 'post subscribed', 'log.readLedger', 'post events', 'post synced', 'the end']) {
    expect(cuts.get(before), before).toBeGreaterThan(RACES / 50);
  }
}, 120_000);
