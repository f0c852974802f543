import { describe, expect, it } from 'vitest';
import { assertFits } from './bundle.ts';
import { MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

const SEEDS = 400;
const STEPS = 1000;
/** `SIMULATE_FROM` chooses other seeds than those of every day. */
const FROM = Number(process.env['SIMULATE_FROM'] ?? 0);

describe('the simulation of hub and clients', () => {
  it(`keeps every promise in ${SEEDS} worlds of ${STEPS} steps and more`, { timeout: 180_000 }, async () => {
    const broken: string[] = [];
    let events = 0;
    for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
      const result = await simulate({ seed, steps: STEPS });
      expect(result.steps).toBeGreaterThan(200);
      events += result.events;
      if (result.violation === undefined) continue;
      const { rule, what } = result.violation;
      broken.push(`npm run simulate -- --seed ${seed} --steps ${STEPS} --trace: ${rule}: ${what}`);
    }
    expect(broken).toEqual([]);
    expect(events).toBeGreaterThan(SEEDS * 10);
  });

  it('replays a seed exactly, traced or not, and another seed differs', async () => {
    const hashes: string[] = [];
    for (const seed of [11, 11, 12]) {
      hashes.push((await simulate({ seed, steps: STEPS, isTraced: hashes.length === 1 })).hash);
    }
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  it('can be shown every mutant: each of its patches fits the code', async () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(12);
    for (const mutant of MUTANTS) await assertFits(mutant);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
