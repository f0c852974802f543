import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the solution of the .NET packages is. */
export const SOLUTION = fileURLToPath(new URL('../../packages/dotnet', import.meta.url));

/** What a command of the .NET SDK printed, and how it ended. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** The SDK that builds the solution, or why none of this machine can. */
export type Sdk = { readonly version: string } | { readonly missing: string };

/** No telemetry, no greetings, English, and no server that stays behind when a command has ended. */
const QUIETLY = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  DOTNET_CLI_UI_LANGUAGE: 'en',
  DOTNET_CLI_USE_MSBUILD_SERVER: '0',
  MSBUILDDISABLENODEREUSE: '1',
};

const NOT_FOUND = -1;

/** Runs `dotnet`, in the folder of the solution unless told otherwise. What fails is told, not thrown. */
export async function dotnet(
  args: readonly string[],
  { cwd = SOLUTION, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return await new Promise((resolve) => {
    const child = spawn('dotnet', args, {
      cwd,
      env: { ...process.env, ...QUIETLY, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = (): void => void child.kill();
    process.once('exit', kill);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.once('error', ({ message }) => resolve({ status: NOT_FOUND, output: message }));
    child.once('close', (code, signal) => {
      process.off('exit', kill);
      resolve({ status: code ?? 1, output: signal === null ? output : `${output}\nEnded by ${signal}.` });
    });
  });
}

/** Looks for an SDK such as `global.json` asks for. */
export async function findSdk(): Promise<Sdk> {
  const { status, output } = await dotnet(['--version']);
  if (status === 0) return { version: output.trim() };
  const wanted = JSON.parse(readFileSync(path.join(SOLUTION, 'global.json'), 'utf8')) as { sdk: { version: string } };
  const asked = `the .NET SDK ${wanted.sdk.version} or a later one of the same major version`;
  if (status === NOT_FOUND) return { missing: `it takes ${asked}, and there is no dotnet` };
  const found = (await dotnet(['--list-sdks'], { cwd: path.parse(SOLUTION).root })).output;
  const versions = [...found.matchAll(/^(\S+) \[/gm)].map(([, version]) => version);
  return { missing: `it takes ${asked}, and dotnet has ${versions.length > 0 ? versions.join(', ') : 'none'}` };
}
