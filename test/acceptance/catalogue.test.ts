import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { CliFolder, outputOf } from './cli-process.ts';
import { newTenant } from './events.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { waitFor } from './wait.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const catalogue = join(root, 'docs/catalogue');
const target = hubUnderTest().target;

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
  let folder: CliFolder;
  beforeAll(() => {
    folder = new CliFolder(target, { API_URL: target.apiUrl });
  });
  afterAll(() => folder.remove());

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
      const tailing = folder.startBash(typed(tail).replace(/\n$/, ' --count 3\n'));
      await tailing.shows('live');
      const byExample = await folder.outputOf(typed(example));
      const byData = await folder.outputOf(typed(own));
      const byCurl = await folder.outputOf(typed(curl));
      const shown = outputOf(await tailing.ended, tail);
      expect([byExample, byData], tenant).toEqual([
        expect.stringMatching(/^accepted {2}\S+ {2}\S+\n$/),
        expect.stringMatching(/^accepted {2}\S+ {2}\S+\n$/),
      ]);
      expect(JSON.parse(byCurl), tenant).toMatchObject({ accepted: [{ type }], rejected: [] });
      expect(shown.split(type).length, tenant).toBeGreaterThan(3);
      const page = await waitFor(`three events of ${tenant}`, async () => {
        const found = JSON.parse(await folder.outputOf(typed(read))) as ReadPage;
        return found.events.length === 3 ? found : undefined;
      });
      expect(page.events.map((event) => event.type)).toEqual([type, type, type]);
      expect(page.events.map((event) => event.data)).toEqual([data, data, data]);
    });
  }
});
