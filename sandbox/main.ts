import { HELP, readArguments } from './arguments.ts';
import { toBanner } from './banner.ts';
import { seededFaults } from './faults.ts';
import { startSandbox } from './sandbox.ts';
import { SandboxError } from './sandbox-error.ts';

async function main(): Promise<void> {
  const { faults: seed, help, ...options } = readArguments(process.argv.slice(2));
  if (help) return void process.stdout.write(HELP);
  const started = performance.now();
  let stopping = false;
  const aborter = new AbortController();
  const starting = startSandbox({
    ...options,
    signal: aborter.signal,
    ...(seed !== undefined && { faults: seededFaults(seed) }),
    onProgress: (step) => process.stderr.isTTY && process.stderr.write(`${step} …\n`),
  });
  const stop = () => {
    // A second signal changes nothing: it is on its way.
    if (stopping) return;
    stopping = true;
    aborter.abort();
    // What fails to start because it is being stopped has not failed.
    starting.then(
      ({ end, faults: { struck } }) => {
        if (seed !== undefined) console.error(`Faults of seed ${seed}: ${JSON.stringify(struck)}`);
        end().then(() => process.exit(0), fail);
      },
      () => process.exit(0),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const sandbox = await starting;
    if (!stopping) console.log(toBanner(sandbox, performance.now() - started, process.stdout.isTTY ?? false));
  } catch (error) {
    if (!stopping) throw error;
  }
}

function fail(error: unknown): never {
  console.error(error instanceof SandboxError ? error.message : error);
  process.exit(1);
}

main().catch(fail);
