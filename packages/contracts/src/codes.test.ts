import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameError } from './client-frames.ts';
import { CODES, isTidingsError, TidingsError } from './codes.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/** Sources that could raise a code; not tests, and not the two lists that name every code. */
async function sources(): Promise<string> {
  const texts: string[] = [];
  for (const folder of ['lambdas', 'packages/contracts/src']) {
    for (const file of await readdir(path.join(ROOT, folder), { recursive: true })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      if (['codes.ts', 'problem.ts'].includes(path.basename(file))) continue;
      texts.push(await readFile(path.join(ROOT, folder, file), 'utf8'));
    }
  }
  expect(texts.length).toBeGreaterThan(30);
  return texts.join('\n');
}

describe('the codes', () => {
  it('are each named once, in capitals', () => {
    expect(new Set(CODES).size).toBe(CODES.length);
    expect(CODES.filter((code) => !/^[A-Z]+(?:_[A-Z]+)*$/.test(code))).toEqual([]);
  });

  it('are each raised somewhere', async () => {
    const text = await sources();
    // INTERNAL_ERROR is what problem.ts itself makes of everything unexpected.
    const unused = CODES.filter((code) => code !== 'INTERNAL_ERROR' && !text.includes(`'${code}'`));
    expect(unused).toEqual([]);
  });
});

describe('an error with a code', () => {
  it('carries code, message, cause and what was wrong', () => {
    const cause = new Error('why');
    const errors = [{ path: '/a', message: 'expected b' }];
    const error = new TidingsError('EVENT_MALFORMED', 'No.', { cause, errors });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TidingsError', code: 'EVENT_MALFORMED', message: 'No.', cause, errors });
    expect(new TidingsError('EVENT_MALFORMED', 'No.').errors).toEqual([]);
  });

  it('is known by its name and code, so also if another bundle made it', () => {
    expect(isTidingsError(new TidingsError('QUERY_INVALID', ''))).toBe(true);
    expect(isTidingsError(new FrameError('FRAME_MALFORMED', ''))).toBe(true);
    const foreign = Object.assign(new Error('x'), { name: 'TidingsError', code: 'QUERY_INVALID', errors: [] });
    expect(isTidingsError(foreign)).toBe(true);
  });

  it.each([
    [new Error('x')],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    [{ name: 'TidingsError', code: 'QUERY_INVALID' }],
    ['TidingsError'],
    [undefined],
    [null],
  ])('is not %j', (thrown) => {
    expect(isTidingsError(thrown)).toBe(false);
  });
});
