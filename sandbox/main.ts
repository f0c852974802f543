import { HELP, readArguments } from './arguments.ts';
import { toBanner } from './banner.ts';
import { stopCompilers } from './compilers.ts';
import { seededFaults } from './faults.ts';
import { openInBrowser } from './open-browser.ts';
import { startSandbox } from './sandbox.ts';
import { messageOf, SandboxError, UsageError } from './sandbox-error.ts';

async function main(): Promise<void> {
  const { faults: seed, help, open, ...options } = readArguments(process.argv.slice(2));
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
  const stop = (exitCode: number) => {
    // A second signal changes nothing: it is on its way.
    if (stopping) return;
    stopping = true;
    aborter.abort();
    // What fails to start because it is being stopped has not failed.
    starting.then(
      ({ end, faults: { struck } }) => {
        if (seed !== undefined) console.error(`Faults of seed ${seed}: ${JSON.stringify(struck)}`);
        end().then(() => process.exit(exitCode), fail);
      },
      () => process.exit(exitCode),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  try {
    const sandbox = await starting;
    void sandbox.failure.then(({ message }) => {
      if (!stopping) console.error(`${message}. The sandbox ends`);
      stop(1);
    });
    stopCompilers();
    if (stopping) return;
    console.log(toBanner(sandbox, performance.now() - started, process.stdout.isTTY ?? false));
    if (open) await openInBrowser(sandbox.target.consoleUrl, (line) => console.error(line));
  } catch (error) {
    if (!stopping) throw error;
  }
}

function fail(error: unknown): never {
  // What the system refuses says what and where; of anything else, one wants to see whence it comes.
  const expected = error instanceof SandboxError || (error instanceof Error && 'syscall' in error);
  console.error(error instanceof SandboxError ? error.message : expected ? messageOf(error) : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}

// Whoever has read what it prints may go, and the sandbox stays.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

main().catch(fail);
