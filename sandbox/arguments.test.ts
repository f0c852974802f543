import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readArguments } from './arguments.ts';
import { temporaryFolder, writeAssembly } from './fixture/assembly.ts';
import { run } from './fixture/process.ts';
import { UsageError } from './sandbox-error.ts';

describe('the arguments', () => {
  it.each([
    [['--prot', '1'], /Unknown option '--prot'/],
    [['--port', 'x'], /--port: found "x", expected a whole number/],
    [['--port', '70000'], /--port: found "70000"/],
    [['--port', '-1'], /^--port: found "-1", expected a whole number from 0 to 65532$/],
    [['--port', '--verbose'], /^Option '--port' argument is ambiguous\. [^\n]*$/],
    [['--data'], /'--data <value>' argument missing/],
    [['--data', ''], /^--data: found "", expected a path$/],
    [['--target', ''], /^--target: found "", expected a path$/],
    [['--with', ''], /^--with: found "", expected a path$/],
    [['extra'], /Unexpected argument 'extra'/],
  ])('refuse %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
    expect(() => readArguments(args)).toThrow(UsageError);
  });

  it('are relative to the folder in which npm was called, or else to the working directory', () => {
    vi.stubEnv('INIT_CWD', '/called/here');
    expect(
      readArguments(['--data', 'data', '--target', '../t.json', '--logs', '../l', '--assembly', '/a']),
    ).toMatchObject({
      data: '/called/here/data',
      target: '/called/t.json',
      logs: '/called/l',
      assembly: '/a',
    });
    vi.stubEnv('INIT_CWD', undefined);
    expect(readArguments(['--data', 'data']).data).toBe(path.resolve('data'));
    expect(readArguments(['--with', '/a', '--with', 'b']).with).toEqual(['/a', path.resolve('b')]);
    vi.unstubAllEnvs();
  });

  it('open the console when asked to', () => {
    expect([readArguments([]).open, readArguments(['--open']).open]).toEqual([false, true]);
    expect(() => readArguments(['--open=firefox'])).toThrow(/'--open' does not take an argument/);
  });

  it('that are wrong end the sandbox with 2 and one line', async () => {
    const { output, ended } = run('--port', '-1');
    expect(await ended).toEqual([2, null]);
    expect(output()).toBe('--port: found "-1", expected a whole number from 0 to 65532\n');
  });
});

describe('what is in the way', () => {
  const journal = (content: string) => (folder: string) => writeFileSync(path.join(folder, 'sqs.journal'), content);
  const key = (content: string) => (folder: string) => writeFileSync(path.join(folder, 'issuer-key.json'), content);
  const nothing = () => undefined;

  it.each<[string, (folder: string) => void, string, RegExp]>([
    [
      '--data',
      (folder) => writeFileSync(path.join(folder, 'f'), ''),
      'f',
      /^--data: found (.*)\/f, expected a folder to write to \(\1\/f is a file\)\n$/,
    ],
    [
      '--data',
      (folder) => writeFileSync(path.join(folder, 'f'), ''),
      'f/sub',
      /^--data: found (.*)\/f\/sub, expected a folder to write to \(\1\/f is a file\)\n$/,
    ],
    ['--data', nothing, '/proc/nope', /^--data: found \/proc\/nope, expected a folder to write to \(ENOENT[^\n]*\)\n$/],
    [
      '--data',
      journal('{"op":"fly","queue":"q"}\n'),
      '',
      /sqs\.journal, line 1, is damaged: found the op "fly", expected one of add, receive, hide, remove, deduplicate\n$/,
    ],
    [
      '--data',
      journal('{"op":"remove","queue":"q","id":"1"}\nnull\n'),
      '',
      /sqs\.journal, line 2, is damaged: found null, expected a JSON object\n$/,
    ],
    [
      '--data',
      journal('{"op":"remove","queue":"q"}\n'),
      '',
      /line 1, is damaged: remove with id missing, expected string\n$/,
    ],
    [
      '--data',
      (folder) => mkdirSync(path.join(folder, 'sqs.journal')),
      '',
      /sqs\.journal cannot be read \(EISDIR[^\n]*\)\n$/,
    ],
    [
      '--data',
      key('{"d": "secr'),
      '',
      /issuer-key\.json is damaged: expected a private RSA key as a JWK, but it is no JSON\. Remove it[^\n]*\n$/,
    ],
    [
      '--data',
      key('{"kty":"RSA","d":"secret"}'),
      '',
      /issuer-key\.json is damaged: expected a private RSA key as a JWK, but (?![^\n]*secret)[^\n]*\n$/,
    ],
    ['--data', key('[]'), '', /issuer-key\.json is damaged: [^\n]*\n$/],
    [
      '--target',
      (folder) => mkdirSync(path.join(folder, 'd')),
      'd',
      /^--target: found the folder [^\n]*\/d, expected a file\n$/,
    ],
    [
      '--target',
      nothing,
      '/proc/nope/t.json',
      /^--target: found \/proc\/nope\/t\.json, expected a file to write \(ENOENT[^\n]*\)\n$/,
    ],
  ])('of %s is named on one line (%#)', async (option, prepare, value, message) => {
    const folder = temporaryFolder();
    prepare(folder);
    const before = readdirSync(folder);
    const assembly = writeAssembly({ resources: {} });
    const { output, ended } = run('--port', '0', '--assembly', assembly, option, path.resolve(folder, value));
    expect(await ended).toEqual([1, null]);
    expect(output()).toMatch(message);
    expect(output().trim()).not.toContain('\n');
    expect(readdirSync(folder).filter((name) => /running|\.new|\.\d+$/.test(name))).toEqual([]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(before));
  });
});
