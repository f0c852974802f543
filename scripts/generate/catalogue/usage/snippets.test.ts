import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSchemas } from '../../check-schemas.ts';
import { readSchemas } from '../../read-schemas.ts';
import { temporaryFolder } from '../../schema-folder.ts';
import { buildCatalogue, type CatalogueEntry, entriesOf } from '../model.ts';
import { oddSchemas } from '../test-schemas.ts';
import { hereDocument, shellQuoted } from './shell-text.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../../..');

let entries: readonly CatalogueEntry[];
beforeAll(async () => {
  const { documents } = await readSchemas(path.join(root, 'schemas'));
  entries = entriesOf(buildCatalogue(checkSchemas(documents).schemas, ['dev', 'prod']));
});

const snippetsOf = ({ publish, subscribe }: CatalogueEntry) =>
  [...publish, ...subscribe].flatMap(({ id, snippets }) => snippets.map((snippet) => ({ id, ...snippet })));

describe('TypeScript of the catalogue', () => {
  it('compiles, all of it, as strictly as this repository does', async () => {
    const folder = await temporaryFolder();
    const options = {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: {
        lib: ['es2023', 'es2024.string', 'dom'],
        types: ['node'],
        paths: {
          '@tidings/client': [path.join(root, 'packages/client/src/index.ts')],
          '@tidings/client/bus': [path.join(root, 'packages/client/src/bus.ts')],
        },
      },
      include: ['src'],
    };
    await mkdir(path.join(folder, 'src'));
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(options));
    const blocks = entries.flatMap((entry) =>
      snippetsOf(entry)
        .filter(({ language }) => language === 'typescript')
        .map(({ code }, index) => ({ name: `${entry.page}-${index}.ts`, code })),
    );
    for (const { name, code } of blocks) await writeFile(path.join(folder, 'src', name), `${code}\n`);
    const compiled = run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    const output = await compiled.catch((error: { readonly stdout: string }) => error);
    expect(output.stdout).toBe('');
    // Publishing over HTTP and on the bus, receiving live and durably, and a rule.
    expect(blocks.length).toBeGreaterThanOrEqual(entries.length * 5);
  }, 120_000);
});

describe('shell commands of the catalogue', () => {
  it('carry data as it is, whatever is in it', async () => {
    const data = oddSchemas()[1]?.examples[0];
    const { stdout } = await run('bash', ['-c', `printf %s "$(cat ${hereDocument(data)}\n)"`]);
    expect(JSON.parse(stdout)).toEqual(data);
    const text = 'it\'s $HOME `x` \\ "y"';
    expect((await run('bash', ['-c', `printf %s ${shellQuoted(text)}`])).stdout).toBe(text);
  });

  it('are ones that bash can read', async () => {
    const odd = entriesOf(buildCatalogue(oddSchemas(), ['dev']));
    const commands = [...entries, ...odd].flatMap(snippetsOf).filter(({ language }) => language === 'sh');
    for (const { code } of commands) await run('bash', ['-n', '-c', code]);
    expect(commands.length).toBeGreaterThan(0);
  });
});
