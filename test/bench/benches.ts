import type { Bench } from './bench.ts';

/** Every bench by its name, in the order of the report; loaded when its turn comes. */
export const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  'ingest-cpu': async () => (await import('./ingest-cpu.ts')).bench,
  'write-cost': async () => (await import('./write-cost.ts')).bench,
  sandbox: async () => (await import('./sandbox.ts')).bench,
  replay: async () => (await import('./replay.ts')).bench,
  latency: async () => (await import('./latency.ts')).bench,
  'cold-start': async () => (await import('./cold-start.ts')).bench,
  cost: async () => (await import('./cost.ts')).bench,
};
