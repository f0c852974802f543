import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage, type PackageName } from '../../scripts/packages/build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPESCRIPT = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const execute = promisify(execFile);

/** What one program printed, and how it ended. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** A project somewhere else, with packed packages of this repository installed and nothing else of it. */
export class EmptyProject {
  readonly folder: string;
  /** Package → paths inside it. */
  readonly #packed: ReadonlyMap<PackageName, readonly string[]>;

  private constructor(folder: string, packed: ReadonlyMap<PackageName, readonly string[]>) {
    this.folder = folder;
    this.#packed = packed;
  }

  /** Builds and packs `names`, and installs them together with `packages`, as somebody who reads a README does. */
  static async create(names: readonly PackageName[], packages: readonly string[]): Promise<EmptyProject> {
    const folder = await mkdtemp(path.join(tmpdir(), 'tidings-empty-'));
    const packs = await Promise.all(names.map((name) => packInto(folder, name)));
    const project = new EmptyProject(
      folder,
      new Map(packs.map(({ name, files }) => [name, files.map((file) => file.path)])),
    );
    await project.write({ 'package.json': JSON.stringify({ name: 'empty', version: '1.0.0', private: true }) });
    const tarballs = packs.map(({ filename }) => `./${filename}`);
    await execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs, ...packages], {
      cwd: folder,
    });
    return project;
  }

  /** Paths inside a package. */
  packed(name: PackageName): readonly string[] {
    return this.#packed.get(name) ?? [];
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(this.folder, file)), { recursive: true });
      await writeFile(path.join(this.folder, file), text);
    }
  }

  async node(...args: readonly string[]): Promise<Ran> {
    return await this.run('.', {}, ...args);
  }

  /** Runs Node.js in a folder of the project, with more variables in its environment. */
  async run(folder: string, variables: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
    return await run(process.execPath, args, path.join(this.folder, folder), variables);
  }

  /** Type-checks a folder of the project by its own `tsconfig.json`. */
  async compile(folder: string): Promise<Ran> {
    return await this.run(folder, {}, TYPESCRIPT, '-p', '.');
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
    return await this.compile('.');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A package as this repository has it installed, to be installed elsewhere. */
export async function versionOf(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${name}@${version}`;
}

/** What `npm pack` says. */
interface Pack {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function packInto(folder: string, name: PackageName): Promise<Pack & { readonly name: PackageName }> {
  const built = await buildPackage(name, { output: path.join(folder, 'built', name) });
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: built });
  const [pack] = JSON.parse(stdout) as readonly Pack[];
  if (pack === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  await rm(built, { recursive: true });
  return { ...pack, name };
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>>,
): Promise<Ran> {
  try {
    const { stdout, stderr } = await execute(program, [...args], { cwd, env: { ...process.env, ...variables } });
    return { status: 0, output: `${stdout}${stderr}` };
  } catch (failure) {
    const { code, stdout = '', stderr = '' } = failure as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw failure;
    return { status: code, output: `${stdout}${stderr}` };
  }
}
