import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { findSdk } from './sdk.ts';
import { build, mistakesIn, pack, type Tested, test } from './solution.ts';

// One build, then the tests of every project, each of which becomes a test of this file, so that it is counted and its
// failure told like any other. Which there are, only running them tells: so that happens while the file is collected.
const sdk = await findSdk();
if ('missing' in sdk) {
  console.warn(`The .NET packages are not tested here: ${sdk.missing}.`);
  it.skip(`The .NET packages (${sdk.missing})`);
} else await testAll();

async function testAll(): Promise<void> {
  const built = await build();
  it('The .NET packages build without a warning', () => succeed(built));
  if (built.status !== 0) return;
  const packages = await mkdtemp(path.join(tmpdir(), 'tidings-packages-'));
  afterAll(() => rm(packages, { recursive: true, force: true }));
  // Most of what the tests with a hub do is waiting.
  const withHub = test('Tidings.Client.SandboxTests');
  report('The .NET client', await test('Tidings.Client.Tests'));
  report("The .NET client's build for netstandard2.0", await test('Tidings.Client.NetStandardTests'));
  const packed = await pack(packages);
  it('The .NET packages are packed without a warning', () => succeed(packed));
  if (packed.status === 0)
    report('The packed .NET packages', await test('Tidings.Client.PackageTests', { TIDINGS_PACKAGES: packages }));
  report('The .NET client and a hub', await withHub);
}

function succeed({ status, output }: { readonly status: number; readonly output: string }): void {
  if (status !== 0) throw new DotnetFailure(mistakesIn(output));
}

/** Makes each result a test. Without any, or where a failure is in none of them, there is another that fails. */
function report(subject: string, { status, output, results }: Tested): void {
  describe(subject, () => {
    it('is tested to the end', () => {
      const isKnown = status === 0 || results.some(({ outcome }) => outcome === 'failed');
      if (!isKnown || results.length === 0) throw new DotnetFailure(output);
    });
    for (const { name, outcome, message } of results) {
      if (outcome === 'skipped') it.skip(`${name} (${message})`);
      else
        it(name, () => {
          if (outcome === 'failed') throw new DotnetFailure(message);
        });
    }
  });
}

/** What .NET has found. The stack is in its text: that of this file says nothing. */
class DotnetFailure extends Error {
  override readonly name = 'DotnetFailure';
  override readonly stack = '';
}
