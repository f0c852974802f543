import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EventSchema } from '../../event-schema.ts';
import { type Catalogue, entriesOf } from '../model.ts';
import { eventPage } from './event-page.ts';
import { createHighlight } from './highlight.ts';
import { indexPage } from './index-page.ts';
import { documentOf } from './layout.ts';

/** Files that every page uses, as they are. */
const ASSETS = ['catalogue.css', 'catalogue.js', 'icon.svg'] as const;

/**
 * The policy that the pages are made for. They work under it, and whoever serves them had better send it.
 */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

/**
 * The catalogue as a static site: content by path, with `/`. The same schemas always give the same bytes.
 *
 * Pages link to each other by relative addresses, so the site may lie anywhere, a folder on a disk too.
 */
export async function siteFiles(
  catalogue: Catalogue,
  schemas: readonly EventSchema[],
): Promise<ReadonlyMap<string, string>> {
  const highlight = await createHighlight();
  const assets = await Promise.all(
    ASSETS.map(
      async (name): Promise<[string, string]> => [
        name,
        await readFile(path.join(import.meta.dirname, 'assets', name), 'utf8'),
      ],
    ),
  );
  return new Map([
    ['index.html', documentOf(indexPage(catalogue), catalogue)],
    ...entriesOf(catalogue).map((entry): [string, string] => [
      `${entry.page}.html`,
      documentOf(eventPage(entry, highlight), catalogue),
    ]),
    ...schemas.map(({ file, schema }): [string, string] => [`schemas/${file}`, `${JSON.stringify(schema, null, 2)}\n`]),
    ...assets,
  ]);
}
