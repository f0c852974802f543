import type { Bench } from './bench.ts';
export const bench: Bench = { name: 'independence', title: '', method: '', isGuarded: false, run: async () => ({ findings: [] }) };
