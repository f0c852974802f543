import { spawnSync } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runGenerate } from './command.ts';
import { generateFiles } from './generate-files.ts';
import { GENERATED_FOLDERS, HEADER } from './generated-file.ts';
import { folderWith, orderPlaced, temporaryFolder } from './schema-folder.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const SCHEMAS = path.join(ROOT, 'schemas');
const CONTRACTS = 'packages/contracts/gen';
const CATALOGUE = `${CONTRACTS}/catalogue.ts`;
const VALIDATORS = `${CONTRACTS}/validators.js`;

function commandFor(schemas: string, root: string) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const run = (...args: readonly string[]): Promise<number> =>
    runGenerate(args, {
      schemas,
      root,
      print: (line) => printed.push(line),
      complain: (line) => complaints.push(line),
    });
  return { run, root, printed, complaints };
}

async function generated(schemas = SCHEMAS) {
  const command = commandFor(schemas, await temporaryFolder());
  expect(await command.run()).toBe(0);
  command.printed.length = 0;
  return command;
}

/** Every file below a folder, as paths from there with `/`. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

describe('generate', () => {
  it('writes every file, into folders that hold nothing else', async () => {
    const { root } = await generated();
    const { files } = await generateFiles(SCHEMAS);
    expect(await filesBelow(root)).toEqual([...files.keys()].sort());
    for (const file of files.keys())
      expect(GENERATED_FOLDERS.some((folder) => file.startsWith(`${folder}/`))).toBe(true);
  });

  it('heads every program with a line that says not to edit it', async () => {
    const { files } = await generateFiles(SCHEMAS);
    const programs = [...files].filter(([file]) => /\.[jt]s$/.test(file));
    expect(programs.length).toBeGreaterThan(0);
    for (const [, content] of programs) expect(content.split('\n')[0]).toBe(HEADER);
  });

  it('writes the same bytes again, wherever the schemas lie', async () => {
    const copy = await temporaryFolder();
    await cp(SCHEMAS, copy, { recursive: true });
    const [first, second] = await Promise.all([generateFiles(SCHEMAS), generateFiles(copy)]);
    expect(first.files).toEqual(second.files);
  });

  it('leaves alone what is right already', async () => {
    const { run, printed } = await generated();
    expect(await run()).toBe(0);
    expect(printed).toEqual(['Nothing to do: the generated files are what the schemas give.']);
  });

  it('deletes from its folders what no schema gives, and touches nothing outside of them', async () => {
    const { run, root, printed } = await generated();
    const before = await filesBelow(root);
    await mkdir(path.join(root, CONTRACTS, 'deeper'));
    await writeFile(path.join(root, CONTRACTS, 'deeper/old.ts'), `${HEADER}\n`);
    await writeFile(path.join(root, CONTRACTS, 'by-hand.ts'), '// written by a person\n');
    await writeFile(path.join(root, 'packages/contracts/by-hand.ts'), '// written by a person\n');
    expect(await run()).toBe(0);
    expect(printed).toEqual([`deleted ${CONTRACTS}/by-hand.ts`, `deleted ${CONTRACTS}/deeper/old.ts`]);
    expect(await filesBelow(root)).toEqual([...before, 'packages/contracts/by-hand.ts'].sort());
  });

  it('writes nothing and names every error when a schema is refused', async () => {
    const schemas = await folderWith({ 'shop/order-placed.v1.json': orderPlaced({ examples: [], title: '' }) });
    const { run, root, complaints } = commandFor(schemas, await temporaryFolder());
    expect(await run()).toBe(1);
    expect(complaints.at(-1)).toBe('2 errors; nothing was generated.');
    expect(await filesBelow(root)).toEqual([]);
  });

  it('does not broadcast a type whose schema does not say so', async () => {
    const { root } = await generated(await folderWith({ 'shop/order-placed.v1.json': orderPlaced() }));
    expect(await readFile(path.join(root, CATALOGUE), 'utf8')).toContain('"clientBroadcast": false');
  });

  it('refuses an argument that it does not know', async () => {
    const { run, complaints } = commandFor(SCHEMAS, await temporaryFolder());
    expect(await run('--chek')).toBe(2);
    expect(complaints.at(-1)).toBe('Usage: tsx scripts/generate.ts [--check]');
  });
});

describe('generate --check', () => {
  it('is content with what was generated', async () => {
    const { run, complaints } = await generated();
    expect(await run('--check')).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('names the files that were edited, are missing, or should not be there, and mends nothing', async () => {
    const { run, root, complaints } = await generated();
    await appendFile(path.join(root, CATALOGUE), '// edited\n');
    await rm(path.join(root, VALIDATORS));
    await writeFile(path.join(root, CONTRACTS, 'old.ts'), `${HEADER}\n`);
    const before = await filesBelow(root);
    expect(await run('--check')).toBe(1);
    expect(complaints.slice(1, -1)).toEqual([
      `  ${CATALOGUE}: different`,
      `  ${CONTRACTS}/old.ts: not generated any more`,
      `  ${VALIDATORS}: missing`,
    ]);
    expect(await filesBelow(root)).toEqual(before);
  });

  it('notices a schema that changed', async () => {
    const { root } = await generated(await folderWith({ 'shop/order-placed.v1.json': orderPlaced() }));
    const changed = await folderWith({ 'shop/order-placed.v1.json': orderPlaced({ title: 'Order put' }) });
    const { run, complaints } = commandFor(changed, root);
    expect(await run('--check')).toBe(1);
    expect(complaints).toContain(`  ${CATALOGUE}: different`);
  });

  it('finds the committed files of this repository to be what its schemas give, without a warning', async () => {
    const { run, complaints } = commandFor(SCHEMAS, ROOT);
    expect(await run('--check')).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('runs from the command line, and tells by its exit code', () => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/generate.ts', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
