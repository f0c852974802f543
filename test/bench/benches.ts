import type { Bench } from './bench.ts';

/** Every bench by its name, in the order of the report; loaded when its turn comes. */
export const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  'post-cpu': async () => (await import('./post-cpu.ts')).bench,
  frames: async () => (await import('./frames.ts')).bench,
  independence: async () => (await import('./independence.ts')).bench,
  'scale-out': async () => (await import('./scale-out.ts')).bench,
  'ingest-cpu': async () => (await import('./ingest-cpu.ts')).bench,
  'write-cost': async () => (await import('./write-cost.ts')).bench,
  'store-cpu': async () => (await import('./store-cpu.ts')).bench,
  contention: async () => (await import('./contention.ts')).bench,
  sandbox: async () => (await import('./sandbox.ts')).bench,
  replay: async () => (await import('./replay.ts')).bench,
  latency: async () => (await import('./latency.ts')).bench,
  'cold-start': async () => (await import('./cold-start.ts')).bench,
  cost: async () => (await import('./cost.ts')).bench,
  peers: async () => (await import('./peers.ts')).bench,
  'reference-server': async () => (await import('./reference-server.ts')).bench,
};
