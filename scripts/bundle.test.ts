import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';

const require = createRequire(import.meta.url);

describe('bundle', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'tidings-bundle-'));
    await write('lambdas/core/greeting.ts', 'export class Greeting { readonly text: string = "hello"; }');
    await write(
      'lambdas/greet-people/handler.ts',
      'import { Greeting } from "../core/greeting.ts";\n/*! licence */ export const handler = async (): Promise<string> => new Greeting().constructor.name;',
    );
  });

  afterEach(() => rm(root, { recursive: true }));

  async function write(file: string, content: string): Promise<void> {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  }

  const output = (file: string): string => path.join(root, 'dist', 'lambdas', file);

  it('makes one CommonJS file for each folder with a handler, and nothing else', async () => {
    const bundles = await bundle({ root });
    expect(bundles.map(({ name }) => name)).toEqual(['greet-people']);
    expect(await readdir(output('.'))).toEqual(['greet-people']);
    expect(await readdir(output('greet-people'))).toEqual(['index.js']);
    expect((await readFile(output('greet-people/index.js'), 'utf8')).includes('licence')).toBe(false);
  });

  it('keeps names, so that stack traces can be read', async () => {
    await bundle({ root });
    expect(await require(output('greet-people/index.js')).handler()).toBe('Greeting');
  });

  it('finds a new function and removes one that has gone', async () => {
    await bundle({ root });
    await rm(path.join(root, 'lambdas', 'greet-people'), { recursive: true });
    await write('lambdas/part/handler.ts', 'export const handler = async (): Promise<string> => "bye";');
    await bundle({ root });
    expect(await readdir(output('.'))).toEqual(['part']);
  });

  it('leaves a bundle alone that has not changed', async () => {
    const [first] = await bundle({ root });
    const before = await stat(output('greet-people/index.js'));
    const [second] = await bundle({ root });
    expect([first?.changed, second?.changed]).toEqual([true, false]);
    expect((await stat(output('greet-people/index.js'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('reports a source that does not compile, with its place', async () => {
    await write('lambdas/greet-people/handler.ts', 'export const handler = (');
    await expect(bundle({ root })).rejects.toThrow(/lambdas\/greet-people\/handler\.ts:1:\d+: ERROR/);
  });

  it('makes the command where there is one, with CommonJS in it', async () => {
    await write('packages/cli/src/legacy.cjs', 'module.exports = require("node:path").sep;');
    await write('packages/cli/src/main.ts', '#!/usr/bin/env node\nimport sep from "./legacy.cjs";\nconsole.log(sep);');
    const bundles = await bundle({ root });
    const command = bundles.find(({ name }) => name === 'tidings')?.file ?? '';
    expect(path.relative(root, command)).toBe('packages/cli/dist/tidings.mjs');
    expect(spawnSync(command, { encoding: 'utf8' }).stdout).toBe('/\n');
  });
});
