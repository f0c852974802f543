import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/threat-model.md', ROOT), 'utf8');

interface Line {
  readonly threat: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

/** The lines of the tables whose last column is "test". */
function linesOf(text: string): readonly Line[] {
  const tables = text
    .split(/\n(?=#)/)
    .flatMap((section) => /\| test \|\n\|[-|]+\|\n((?:\|.*\n?)+)/.exec(section)?.[1] ?? []);
  return tables
    .flatMap((table) => table.trim().split('\n'))
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map(([, threat = '', , named = '']) => ({ threat, tests: testsOf(named) }));
}

/** Of `file`: "title", "title"; `file`: "title" */
const testsOf = (cell: string): Line['tests'] =>
  [...cell.matchAll(/`([^`]+)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title })),
  );

const read = (file: string): string =>
  existsSync(new URL(file, ROOT)) ? readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8') : '';

/** Whether there is a test, or a group of them, with this title that runs: the first of several arguments of a call. */
function isTest(source: string, title: string): boolean {
  const at = ["'", '"', '`'].map((quote) => source.search(new RegExp(`\\(\\s*${quoted(quote + title + quote)},`)));
  const found = at.find((index) => index >= 0);
  return found !== undefined && !/\.(skip|todo)$/.test(source.slice(0, found));
}

const quoted = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const lines = linesOf(page);

describe('the threat model', () => {
  it('has lines to look at', () => {
    expect(lines.length).toBeGreaterThan(35);
  });

  it.each(lines)('names a test that exists: $threat', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter(({ file }) => !/\.test\.ts$/.test(file))).toEqual([]);
    expect(tests.filter(({ file, title }) => !isTest(read(file), title))).toEqual([]);
  });
});

describe('a line', () => {
  it('without a test, or with one that nobody has written or that does not run, is found', () => {
    expect(linesOf('## A\n| threat | what holds it | test |\n|---|---|---|\n| A | B | hope |\n')).toEqual([
      { threat: 'A', tests: [] },
    ]);
    const source = "it('is there', () => {});\nit.skip('sleeps', () => {});\n// it('is gone'\n";
    expect(['is there', 'sleeps', 'is gone', 'is'].map((title) => isTest(source, title))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
