import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPartFile } from './part-file.ts';

let folder = '';
const at = (name: string): string => path.join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidings-part-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('a file that is being written', () => {
  it('is there under its name when it is whole', async () => {
    const file = await openPartFile('a', folder, false);
    expect(file).toMatchObject({ part: 'a.part', lastLine: undefined });
    await writeFile(at('a.part'), 'x\n');
    await file.finish();
    file.release();
    expect(await readdir(folder)).toEqual(['a']);
    expect(await readFile(at('a'), 'utf8')).toBe('x\n');
    await expect(readFile(at('a.part'))).rejects.toThrow('ENOENT');
  });

  it('is neither written over nor gone on with unasked', async () => {
    await writeFile(at('a.part'), 'x\n');
    await expect(openPartFile('a', folder, false)).rejects.toThrow('a.part is there, of a command');
    await writeFile(at('a'), '');
    await expect(openPartFile('a', folder, true)).rejects.toThrow('a is there already: remove it, or name another');
  });

  it('is written by one at a time, and by the next once that one is done or dead', async () => {
    const first = await openPartFile('a', folder, true);
    await expect(openPartFile('a', folder, true)).rejects.toThrow(
      `a.part is being written by the process ${process.pid}: wait for it, or name another file`,
    );
    first.release();
    await mkdir(at('a.part.claim'));
    await writeFile(at('a.part.claim/1073741824-1'), '');
    const second = await openPartFile('a', folder, true);
    second.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is let go by whoever cannot use it', async () => {
    await writeFile(at('a.part'), 'x\n');
    for (const _ of [1, 2]) await expect(openPartFile('a', folder, false)).rejects.toThrow('a.part is there, of');
    await expect(openPartFile('none/a', folder, true)).rejects.toThrow('cannot write none/a.part (ENOENT)');
    expect(await readdir(folder)).toEqual(['a.part']);
  });

  const long = 'y'.repeat(200_000);
  it.each([
    ['', undefined, ''],
    ['half', undefined, ''],
    ['one\n', 'one', 'one\n'],
    ['one\ntwo\n', 'two', 'one\ntwo\n'],
    ['one\ntwo\nhalf', 'two', 'one\ntwo\n'],
    [`one\n${long}\n${long}`, long, `one\n${long}\n`],
    [`${long}\n`, long, `${long}\n`],
    ['é\n🦊🦊\n\ud83e', '🦊🦊', 'é\n🦊🦊\n'],
  ])('goes on behind its last whole line (%#)', async (text, lastLine, kept) => {
    await writeFile(at('a.part'), text);
    expect((await openPartFile('a', folder, true)).lastLine).toBe(lastLine);
    expect(await readFile(at('a.part'), 'utf8')).toBe(kept);
  });
});
