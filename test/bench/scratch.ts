import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxProcess, type Start, startSandboxProcess } from '../acceptance/sandbox-process.ts';

/** Does work in a folder of its own, which is gone afterwards, also where this process is ended meanwhile. */
export async function inScratchFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Does work with a sandbox that keeps nothing, and ends it, also where the work fails: the next bench wants the machine. */
export const withSandbox = <Result>(
  start: Start,
  work: (sandbox: SandboxProcess) => Promise<Result>,
): Promise<Result> =>
  inScratchFolder(async (folder) => {
    const sandbox = await startSandboxProcess(folder, { ...start, keepsData: false });
    let result: Result;
    try {
      result = await work(sandbox);
    } catch (error) {
      await sandbox.stop().catch(() => undefined);
      throw error;
    }
    await sandbox.stop();
    return result;
  });

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Lets a signal end this process as its work's end would: what was started is killed, folders are removed. */
export function endOnSignals(): void {
  for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(code));
}
