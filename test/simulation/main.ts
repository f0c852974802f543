import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    steps: { type: 'string', default: '400' },
    trace: { type: 'boolean', default: false },
    lines: { type: 'string', default: '120' },
  },
});
const steps = Number(values.steps);
const first = values.seed === undefined ? Number(values.from) : Number(values.seed);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const began = performance.now();
let total = 0;
let events = 0;
const broken = new Map<string, number[]>();
for (let seed = first; seed < first + count; seed += 1) {
  const result = await simulate({ seed, steps, isTraced: values.trace });
  total += result.steps;
  events += result.events;
  if (result.violation !== undefined) {
    const { rule, what, step } = result.violation;
    broken.set(rule, [...(broken.get(rule) ?? []), seed]);
    console.log(`seed ${seed} step ${step}: ${rule}: ${what}`);
    if (values.trace)
      console.log(JSON.stringify(result.profile), '\n' + result.trace.last(Number(values.lines)).join('\n'));
  }
}
const s = (performance.now() - began) / 1000;
console.log(`${count} seeds, ${total} steps, ${events} events, ${s.toFixed(1)} s, ${(count / s).toFixed(1)} seeds/s`);
for (const [rule, seeds] of broken) console.log(`${rule}: ${seeds.length}: ${seeds.slice(0, 8).join(' ')}`);
process.exitCode = broken.size > 0 ? 1 : 0;
