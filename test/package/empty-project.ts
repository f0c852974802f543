import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage } from '../../scripts/packages/build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPESCRIPT = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const execute = promisify(execFile);

/** What one program printed, and how it ended. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** A project somewhere else, with the packed client installed and nothing else of this repository. */
export class EmptyProject {
  readonly folder: string;
  /** Paths inside the package. */
  readonly packed: readonly string[];

  private constructor(folder: string, packed: readonly string[]) {
    this.folder = folder;
    this.packed = packed;
  }

  /** Builds, packs and installs the client together with `packages`, as somebody who reads its README does. */
  static async create(packages: readonly string[]): Promise<EmptyProject> {
    const folder = await mkdtemp(path.join(tmpdir(), 'tidings-empty-'));
    const built = await buildPackage('client', { output: path.join(folder, 'built') });
    const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: built });
    const [pack] = JSON.parse(stdout) as readonly { filename: string; files: readonly { path: string }[] }[];
    if (pack === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
    await rm(built, { recursive: true });
    const project = new EmptyProject(
      folder,
      pack.files.map((file) => file.path),
    );
    await project.write({ 'package.json': JSON.stringify({ name: 'empty', version: '1.0.0', private: true }) });
    await execute(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${pack.filename}`, ...packages],
      { cwd: folder },
    );
    return project;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(this.folder, file)), { recursive: true });
      await writeFile(path.join(this.folder, file), text);
    }
  }

  async node(...args: readonly string[]): Promise<Ran> {
    return await run(process.execPath, args, this.folder);
  }

  /** Type-checks files by this repository's compiler, with the declarations of the package checked too. */
  async typeCheck(files: readonly string[], options: Readonly<Record<string, unknown>> = {}): Promise<Ran> {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      jsx: 'react-jsx',
      types: ['node'],
      ...options,
    };
    await this.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, files }) });
    return await run(process.execPath, [TYPESCRIPT, '-p', '.'], this.folder);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  try {
    const { stdout, stderr } = await execute(program, [...args], { cwd });
    return { status: 0, output: `${stdout}${stderr}` };
  } catch (failure) {
    const { code, stdout = '', stderr = '' } = failure as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw failure;
    return { status: code, output: `${stdout}${stderr}` };
  }
}
