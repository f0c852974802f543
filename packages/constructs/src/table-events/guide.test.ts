import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../../../${file}`, import.meta.url)), 'utf8');
const lines = (text: string) => text.split('\n').map((line) => line.trim());

describe('the guide to events from a table', () => {
  const guide = read('docs/table-events.md');

  it('quotes the example, which is compiled and runs in the acceptance suite', () => {
    const example = lines(read('examples/table-events/accounts-stack.ts')).join('\n');
    const quoted = [...guide.matchAll(/^ *```ts\n(.*?)\n *```$/gms)].map(([, code = '']) => lines(code).join('\n'));
    expect(quoted.length).toBeGreaterThan(2);
    for (const code of quoted) expect(example).toContain(code);
  });

  it('names every reason for which a change is put aside', () => {
    const declared = /UnfitCode =(.*?);/s.exec(read('packages/constructs/src/table-events/unfit-change.ts'))?.[1] ?? '';
    const codes = [...declared.matchAll(/'(\w+)'/g)].map(([, code]) => code);
    const told = [...guide.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(told.filter((code) => code !== 'code').toSorted()).toEqual(codes.toSorted());
  });
});
