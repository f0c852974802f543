import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { needs } from './capabilities.ts';
import { newTenant } from './events.ts';
import { waitFor } from './wait.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const catalogue = join(root, 'docs/catalogue');
const target = inject('target');

interface ReadPage {
  readonly events: readonly { readonly id: string; readonly type: string; readonly data: unknown }[];
}

/** A page of the catalogue, with what it says to type. */
const pages = readdirSync(catalogue)
  .filter((name) => name !== 'README.md')
  .map((name) => {
    const text = readFileSync(join(catalogue, name), 'utf8');
    const commands = [...text.matchAll(/^```sh\n(?<code>.*?)^```$/gms)].map(({ groups }) => groups?.['code'] ?? '');
    const [example = '', own = '', curl = '', tail = '', read = '', ...more] = commands;
    const data: unknown = JSON.parse(/^```json\n(?<data>.*?)^```$/ms.exec(text)?.groups?.['data'] ?? '');
    return {
      name,
      type: /`(?<type>\S+@v\d+)`/.exec(text)?.groups?.['type'] ?? '',
      example,
      own,
      curl,
      tail,
      read,
      more,
      data,
    };
  });

describe('what the catalogue says to type', () => {
  let folder = '';
  beforeAll(() => {
    // A project like this one, whose `.sandbox/target.json` is the hub under test.
    folder = mkdtempSync(join(tmpdir(), 'tidings-catalogue-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, '.sandbox'));
    writeFileSync(join(folder, '.sandbox', 'target.json'), JSON.stringify(target));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (command: string, onError: (text: string) => void = () => undefined): Promise<string> => {
    const child = spawn('bash', ['-e', '-c', command], {
      cwd: folder,
      env: { ...process.env, TIDINGS_TARGET: '', API_URL: target.apiUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data) => {
      output += String(data);
    });
    child.stderr.on('data', (data) => {
      errors += String(data);
      onError(errors);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0 ? resolve(output) : reject(new Error(`${command}: ${code}\n${output}\n${errors}`)),
      );
    });
  };

  it('is five commands for each of at least eight types', () => {
    expect(pages.length).toBeGreaterThanOrEqual(8);
    for (const { name, tail, read, more } of pages) {
      expect(tail, name).toMatch(/^npx tidings tail /);
      expect(read, name).toContain('curl');
      expect(more, name).toEqual([]);
    }
  });

  for (const { name, type, example, own, curl, tail, read, data } of pages) {
    needs('subprotocol-echo')(`publishes and reads back ${name}`, async () => {
      const tenant = newTenant('catalogue');
      // The one word that a reader would change: nobody else has this tenant, so nothing else is read back.
      const typed = (command: string): string => command.replaceAll(/\bacme\b/g, tenant);
      let published: Promise<readonly string[]> | undefined;
      const publishAll = async (): Promise<readonly string[]> => [
        await run(typed(example)),
        await run(typed(own)),
        await run(typed(curl)),
      ];
      const shown = await run(typed(tail).replace(/\n$/, ' --count 3\n'), (status) => {
        if (status.includes('live')) published ??= publishAll();
      });
      const [byExample, byData, byCurl = ''] = (await published) ?? [];
      expect([byExample, byData], tenant).toEqual([
        expect.stringMatching(/^accepted {2}\S+ {2}\S+\n$/),
        expect.stringMatching(/^accepted {2}\S+ {2}\S+\n$/),
      ]);
      expect(JSON.parse(byCurl), tenant).toMatchObject({ accepted: [{ type }], rejected: [] });
      expect(shown.split(type).length, tenant).toBeGreaterThan(3);
      const page = await waitFor(`three events of ${tenant}`, async () => {
        const found = JSON.parse(await run(typed(read))) as ReadPage;
        return found.events.length === 3 ? found : undefined;
      });
      expect(page.events.map((event) => event.type)).toEqual([type, type, type]);
      expect(page.events.map((event) => event.data)).toEqual([data, data, data]);
    });
  }
});
