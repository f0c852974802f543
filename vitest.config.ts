import { defineConfig } from 'vitest/config';

/** Suites that start a hub of their own, one after the other, because each wants the machine for itself. */
const acceptance = ['test/acceptance/**/*.test.ts', 'test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/cdk.out/**', ...acceptance],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'acceptance',
          include: acceptance,
          globalSetup: 'test/acceptance/global-setup.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
