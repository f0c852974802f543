import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const SHOWN = 'test/browser/pages';

interface Block {
  readonly file: string;
  readonly code: string;
}

/** Code of the guide, under the name that it has there, or a number. */
async function blocksOfGuide(): Promise<readonly Block[]> {
  const guide = await readFile(join(ROOT, 'docs/front-end.md'), 'utf8');
  return [...guide.matchAll(/^```(tsx?)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language, name, code = ''], index): Block => ({ file: name ?? `block-${index}.${language}`, code }),
  );
}

describe('docs/front-end.md', () => {
  it('compiles, each piece of code by itself, as a page of somebody who uses the package', async () => {
    const blocks = await blocksOfGuide();
    const folder = await mkdtemp(join(tmpdir(), 'tidings-guide-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const config = { extends: join(ROOT, SHOWN, 'tsconfig.json'), include: ['.'], exclude: ['node_modules'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const { file, code } of blocks) await writeFile(join(folder, file), code);
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const compiled = promisify(execFile)(tsc, ['-p', folder]).catch(({ stdout }: { stdout: string }) => ({ stdout }));
    expect((await compiled).stdout).toBe('');
    expect(blocks.length).toBeGreaterThan(6);
  });

  it.each(['transactions.tsx', 'transactions-list.ts'])('has %s as the browser tests show it', async (file) => {
    const block = (await blocksOfGuide()).find((one) => one.file === file);
    expect(block?.code).toBe(await readFile(join(ROOT, SHOWN, file), 'utf8'));
  });
});
