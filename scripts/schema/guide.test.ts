import { spawnSync } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../generate/schema-folder.ts';
import { ROOT } from './command-under-test.ts';
import { KINDS } from './draft/property-kind.ts';
import { CHANGES } from './evolution/change.ts';

const guide = await readFile(path.join(ROOT, 'docs/schemas.md'), 'utf8');

/** The commands of the guide, each in one line. */
const commands = [...guide.matchAll(/```sh\n(?<block>[\s\S]*?)```/g)].flatMap((match) =>
  (match.groups?.['block'] ?? '').replaceAll('\\\n', ' ').trim().split('\n'),
);

describe('docs/schemas.md', () => {
  it('holds commands that work, one after the other', async () => {
    const folder = await temporaryFolder();
    await cp(path.join(ROOT, 'schemas'), folder, { recursive: true });
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      expect(command).toMatch(/^npm run schema:(new|check|publish)( -- |$)/);
      const args = command.includes(' -- ') ? command : `${command} --`;
      const { status, stderr } = spawnSync('sh', ['-c', `${args} --schemas "$FOLDER"`], {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, FOLDER: folder, npm_config_loglevel: 'error' },
      });
      expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, status: 0, stderr: '' });
    }
  });

  it.each(Object.keys(CHANGES))('names the refused change %s', (code) => {
    expect(guide).toContain(`\`${code}\``);
  });

  it.each(Object.keys(KINDS))('names the type %s', (kind) => {
    expect(guide).toContain(`\`${kind}\``);
  });

  it.each(['type', 'source', 'clientBroadcast', 'producers', 'consumers', 'owner'])('names the key %s', (key) => {
    expect(guide).toContain(`| \`${key}\` |`);
  });
});
