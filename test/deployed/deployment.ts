import { spawn } from 'node:child_process';
import path from 'node:path';

/** How `npm run deploy` ended. */
export interface Deployment {
  /** `null` if it was killed. */
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** What to deploy, and where. */
export interface DeploymentPlan {
  readonly folder: string;
  readonly args: readonly string[];
  /** The process and all of its own are killed as soon as it has said this. @default never */
  readonly killAt?: RegExp;
}

/** Runs the command that people run, in a process group of its own, as a terminal does. */
export const deploy = ({ folder, args, killAt }: DeploymentPlan): Promise<Deployment> =>
  run(folder, ['--import', 'tsx', path.join('scripts', 'deploy', 'main.ts'), 'dev', ...args], killAt);

/**
 * Deploys what was synthesized last, without a change set, and without going back where something fails: emulators have
 * been seen to delete what an update has changed, tables too, when they go back.
 */
export const deployHalfway = (folder: string): Promise<Deployment> =>
  run(folder, [
    path.join('node_modules', 'aws-cdk', 'bin', 'cdk'),
    ...['deploy', 'tidings-dev', '--app', path.join('.tidings', 'assemblies', 'dev')],
    ...['--require-approval', 'never', '--method', 'direct', '--no-rollback', '--no-notices', '--progress', 'events'],
  ]);

async function run(folder: string, args: readonly string[], killAt?: RegExp): Promise<Deployment> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: string): void => {
    output += chunk;
    if (killAt?.test(output) && child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      // The whole group: it has a CDK of its own.
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output, seconds: (performance.now() - began) / 1000 };
}
