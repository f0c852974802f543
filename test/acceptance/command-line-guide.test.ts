import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has, leaveOut } from './capabilities.ts';
import { CliFolder } from './cli-process.ts';

const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trim());

describe('docs/command-line.md', () => {
  let folder: CliFolder;

  beforeAll(async () => {
    folder = new CliFolder();
    // A hub that outlives the suite may have one of an earlier run.
    await folder.tidings('subscriptions', 'delete', 'billing', '--yes');
  });
  afterAll(() => folder.remove());

  it('says only what can be typed, one after the other', async () => {
    expect(blocks.length).toBeGreaterThan(8);
    for (const block of blocks) {
      const lines = has('subprotocol-echo') ? block : withoutSockets(block);
      const { code, output, messages } = await folder.bash(lines);
      expect(code, `${lines}\n${output}\n${messages}`).toBe(0);
    }
  });

  it('names every command', async () => {
    const { output } = await folder.tidings('--help');
    const names = [...output.matchAll(/^ {2}((?:schema |subscriptions |dlq )?[a-z]+) {2,}/gm)].map(
      ([, name = '']) => name,
    );
    const table = page.slice(page.indexOf('| command |'), page.indexOf('## Which hub'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(table).toContain(`\`${name.replace(/^(?:subscriptions|dlq) (?!list)/, '')}\``);
  });
});

function withoutSockets(block: string): string {
  const lines = block.split('\n').filter((line) => !line.startsWith('tidings tail'));
  if (lines.length < block.split('\n').length) leaveOut(`docs/command-line.md ${block}`, 'subprotocol-echo');
  return lines.join('\n');
}
