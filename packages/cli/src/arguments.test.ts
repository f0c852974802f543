import { expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

const OPTIONS = {
  json: { type: 'boolean', summary: '' },
  count: { type: 'string', short: 'n', value: 'N', summary: '' },
  organization: { type: 'string', multiple: true, value: 'ORGANIZATION', summary: '' },
} as const;

const parse = (...args: readonly string[]) => parseArguments(args, OPTIONS, { command: 'tidings tail', most: 1 });

test('reads flags, values, lists and arguments in any order', () => {
  const given = parse('--organization', 'a,b', 'bank.*', '-n', '3', '--organization=c d', '--json');
  expect(given.positionals).toEqual(['bank.*']);
  expect(given.flag('json')).toBe(true);
  expect(given.wholeNumber('count')).toBe(3);
  expect(given.list('organization')).toEqual(['a', 'b', 'c', 'd']);
});

test('knows what was not given', () => {
  const given = parse();
  expect(given.flag('json')).toBe(false);
  expect(given.text('count')).toBeUndefined();
  expect(given.wholeNumber('count')).toBeUndefined();
  expect(given.list('organization')).toEqual([]);
});

test('takes what follows -- as an argument', () => {
  expect(parse('--', '--json').positionals).toEqual(['--json']);
});

test.each([
  [['--josn'], 'unknown option --josn; did you mean --json?'],
  [['--something-else'], 'unknown option --something-else; see `tidings tail --help`'],
  [['--__proto__'], 'unknown option --__proto__; see `tidings tail --help`'],
  [['-x'], 'unknown option -x'],
  [['--count'], '--count expects a value: N'],
  [['--count='], '--count expects a value: N; found an empty one'],
  [['--count', '--json'], '--count expects a value: N; found "--json"'],
  [['--json=yes'], '--json takes no value, found "yes"'],
  [['a', 'b'], 'unexpected argument "b"; see `tidings tail --help`'],
])('refuses %j, saying what is wrong', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test.each(['0', '-1', '1.5', 'many', '1e3'])('refuses %j as a number', (count) => {
  const given = parse(`--count=${count}`);
  expect(() => given.wholeNumber('count')).toThrow(
    `--count expects a whole number of at least 1, found ${JSON.stringify(count)}`,
  );
});
