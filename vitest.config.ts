import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that run against a hub as a whole. */
const acceptance = ['test/acceptance/**/*.test.ts', 'test/browser/**/*.test.ts', 'test/security/live/**/*.test.ts'];

/** What of them measures how fast pages are: one after the other, because each wants the machine for itself. */
const measured = [
  'test/browser/react.test.ts',
  'test/browser/console/hostile-data.test.ts',
  'test/browser/console/lighthouse.test.ts',
  'test/browser/console/live-load.test.ts',
];

/** Files that run at once, each with a hub to itself: half of what they do is waiting. A hub that is given is one. */
const hubs = process.env['TIDINGS_TARGET'] === undefined ? 2 : 1;

const withHubs = { globalSetup: 'test/acceptance/global-setup.ts', testTimeout: 120_000, hookTimeout: 120_000 };

/** Benches, shortly: last and alone, because they measure. */
const guard = ['test/bench/guard.test.ts'];

/** The AWS SDK asks for a newer Node than the oldest that this repository runs on; functions have it. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Builds and tests of .NET are one file that takes minutes: it begins first, so that the others do not wait for it. */
class DotnetFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isDotnet = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('test/dotnet/dotnet.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isDotnet), ...sorted.filter((file) => !isDotnet(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: DotnetFirst },
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
          exclude: measured,
          ...withHubs,
          maxWorkers: hubs,
          // When the others are done.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'measured',
          env,
          include: measured,
          ...withHubs,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: { name: 'bench', env, include: guard, fileParallelism: false, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
