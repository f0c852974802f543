import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTarget } from './target.ts';

const TARGET = {
  apiUrl: 'http://127.0.0.1:1/',
  socketUrl: 'ws://127.0.0.1:1/v1',
  tokenUrl: 'http://127.0.0.1:3/token',
};

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidings-target-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(content: unknown, file = '.sandbox/target.json'): Promise<string> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content));
  return target;
}

test('finds the target of the sandbox from a folder below', async () => {
  const file = await write(TARGET);
  const below = path.join(folder, 'a', 'b');
  await mkdir(below, { recursive: true });
  expect(await readTarget(undefined, { folder: below, environment: {} })).toEqual({
    file,
    apiUrl: 'http://127.0.0.1:1',
    socketUrl: 'ws://127.0.0.1:1/v1',
    tokenUrl: 'http://127.0.0.1:3/token',
    isSandbox: true,
  });
});

test('takes a file that is named, relative to the folder', async () => {
  await write({ ...TARGET, tokenUrl: 'https://login.example/token' }, 'dev.json');
  expect(await readTarget('dev.json', { folder, environment: {} })).toMatchObject({ isSandbox: false });
});

test('takes a target whose tokens come from elsewhere', async () => {
  await write({ apiUrl: TARGET.apiUrl, socketUrl: TARGET.socketUrl });
  expect(await readTarget(undefined, { folder, environment: {} })).toMatchObject({
    tokenUrl: undefined,
    isSandbox: false,
  });
});

test('says how to get a target where there is none', async () => {
  await expect(readTarget(undefined, { folder, environment: {} })).rejects.toThrow(
    /^no \.sandbox\/target\.json in .* or above it: start a hub with `npm start`, which writes it, or pass --target FILE$/,
  );
});

test('names a file that is not there', async () => {
  await expect(readTarget('nope.json', { folder, environment: {} })).rejects.toThrow(
    /^cannot read the target .*nope\.json \(ENOENT\)$/,
  );
});

test.each([
  ['{', /is no JSON$/],
  ['null', /is no JSON object: found null$/],
  [{ ...TARGET, apiUrl: undefined }, /needs "apiUrl" with a URL of http:\/\/ or https:\/\/, found nothing$/],
  [{ ...TARGET, socketUrl: 'http://x' }, /needs "socketUrl" with a URL of ws:\/\/ or wss:\/\/, found "http:\/\/x"$/],
  [{ ...TARGET, tokenUrl: 'token' }, /needs "tokenUrl" with a URL of .*, found "token"$/],
])('refuses %j as a target', async (content, message) => {
  await write(content);
  await expect(readTarget(undefined, { folder, environment: {} })).rejects.toThrow(message);
});

test('takes the target that the environment names, unless another is given', async () => {
  const named = await write(TARGET, 'elsewhere/one.json');
  const other = await write(TARGET, 'other.json');
  const environment = { TIDINGS_TARGET: named };
  expect(await readTarget(undefined, { folder, environment })).toMatchObject({ file: named });
  expect(await readTarget('other.json', { folder, environment })).toMatchObject({ file: other });
});

test('finds a target by its name, from a folder below and beside a folder of that name', async () => {
  const file = await write(TARGET, '.tidings/targets/dev.json');
  const below = path.join(folder, 'a');
  await mkdir(path.join(below, 'dev'), { recursive: true });
  expect(await readTarget('dev', { folder: below, environment: {} })).toMatchObject({ file });
  expect(await readTarget(undefined, { folder: below, environment: { TIDINGS_TARGET: 'dev' } })).toMatchObject({
    file,
  });
});

test('says which named targets there are', async () => {
  const around = { folder, environment: {} };
  await expect(readTarget('dev', around)).rejects.toThrow(
    'no target "dev": neither a file nor .tidings/targets/dev.json; there are no named targets',
  );
  await write(TARGET, '.tidings/targets/pre-prod.json');
  await expect(readTarget('preprod', around)).rejects.toThrow(/; did you mean pre-prod\?$/);
  await expect(readTarget('x', around)).rejects.toThrow(/; known: pre-prod$/);
});
