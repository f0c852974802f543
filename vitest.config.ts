import { defineConfig } from 'vitest/config';

/** Suites that start a hub of their own, one after the other, because each wants the machine for itself. */
const acceptance = ['test/acceptance/**/*.test.ts', 'test/browser/**/*.test.ts', 'test/security/live/**/*.test.ts'];

/** Benches, shortly: last and alone, because they measure. */
const guard = ['test/bench/guard.test.ts'];

/** The AWS SDK asks for a newer Node than the oldest that this repository runs on; functions have it. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/cdk.out/**', ...acceptance, ...guard],
          // Every core: half of the work is waiting for processes and engines.
          maxWorkers: '100%',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'acceptance',
          env,
          include: acceptance,
          globalSetup: 'test/acceptance/global-setup.ts',
          fileParallelism: false,
          // When the others are done.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: 'bench', env, include: guard, fileParallelism: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
