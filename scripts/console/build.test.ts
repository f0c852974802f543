import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Build, buildConsole, isConsoleBuilt } from './build.ts';

let root: string;
let builds: number;

const write = (file: string, content: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
};

/** Makes what Vite would of a page whose entry imports a part at once and another later. */
const build: Build = async (folder) => {
  builds += 1;
  const source = readFileSync(path.join(root, 'console', 'src', 'main.ts'), 'utf8');
  const files = {
    'index.html': '<!doctype html>',
    'assets/index.js': source,
    'assets/part.js': 'export {};',
    'assets/later.js': 'x'.repeat(1000),
    'assets/index.css': 'body {}',
    '.vite/manifest.json': JSON.stringify({
      'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_part'] },
      'style.css': { file: 'assets/index.css' },
      _part: { file: 'assets/part.js', imports: ['index.html'] },
      later: { file: 'assets/later.js', isDynamicEntry: true },
    }),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
};

const built = (): string => readFileSync(path.join(root, 'dist', 'console', 'assets', 'index.js'), 'utf8');

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tidings-console-'));
  builds = 0;
  write('console/index.html', '<!doctype html>');
  write('console/src/main.ts', 'one');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('building the console', () => {
  it('builds once, and again only after a change', async () => {
    expect(isConsoleBuilt(root)).toBe(false);
    expect((await buildConsole(root, build))?.built).toBe(true);
    expect((await buildConsole(root, build))?.built).toBe(false);
    expect(isConsoleBuilt(root)).toBe(true);
    write('console/src/main.ts', 'two');
    expect(isConsoleBuilt(root)).toBe(false);
    expect((await buildConsole(root, build))?.built).toBe(true);
    expect([builds, built()]).toEqual([2, 'two']);
  });

  it.each([
    ['packages/client/src/new.ts', true],
    ['packages/contracts/gen/types.ts', true],
    ['schemas/bank/test-created.v2.json', true],
    ['package-lock.json', true],
    ['console/src/main.test.tsx', false],
    ['lambdas/core/rule.ts', false],
  ])('after a change of %s builds again: %s', async (file, expected) => {
    await buildConsole(root, build);
    write(file, '{}');
    expect((await buildConsole(root, build))?.built).toBe(expected);
  });

  it('builds once where two want it at the same time', async () => {
    const both = await Promise.all([buildConsole(root, build), buildConsole(root, build)]);
    expect(both.map((each) => each?.built).sort()).toEqual([false, true]);
    expect(builds).toBe(1);
    expect(readdirSync(path.join(root, 'dist'))).toEqual(['console']);
  });

  it('leaves what was there when a source does not compile, and tries again', async () => {
    await buildConsole(root, build);
    write('console/src/main.ts', 'broken');
    const broken: Build = async (folder) => {
      mkdirSync(folder, { recursive: true });
      throw new Error('main.ts:1:1: broken');
    };
    await expect(buildConsole(root, broken)).rejects.toThrow('main.ts:1:1: broken');
    expect(built()).toBe('one');
    write('console/src/main.ts', 'mended');
    expect((await buildConsole(root, build))?.built).toBe(true);
    expect(built()).toBe('mended');
  });

  it('counts what loads at once, and not what loads later', async () => {
    const { firstLoad } = (await buildConsole(root, build)) ?? {};
    expect(firstLoad?.js).toBeGreaterThan(20);
    expect(firstLoad?.js).toBeLessThan(60);
    expect(firstLoad?.css).toBeGreaterThan(20);
  });

  it('refuses more than 200 kB of JavaScript in the first load', async () => {
    // What does not repeat cannot be compressed.
    write('console/src/main.ts', Array.from({ length: 60_000 }, () => Math.random().toString(36)).join(''));
    await expect(buildConsole(root, build)).rejects.toThrow(
      /^The console: found first load \d+\.\d kB of JavaScript and 0\.0 kB of CSS, gzipped, expected at most 200 kB of JavaScript$/,
    );
    expect(existsSync(path.join(root, 'dist', 'console'))).toBe(false);
  });

  it('builds nothing where there is no console', async () => {
    rmSync(path.join(root, 'console'), { recursive: true });
    expect(await buildConsole(root, build)).toBeUndefined();
    expect(builds).toBe(0);
  });
});
