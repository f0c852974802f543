import { type Catalogue, entriesOf } from '../model.ts';
import { eventPage } from './event-page.ts';
import { indexPage } from './index-page.ts';

/** Where the pages lie in the repository. */
export const MARKDOWN_FOLDER = 'docs/catalogue';

/** The catalogue as Markdown, by path below the repository's root. */
export const markdownPages = (catalogue: Catalogue): ReadonlyMap<string, string> =>
  new Map([
    [`${MARKDOWN_FOLDER}/README.md`, indexPage(catalogue)],
    ...entriesOf(catalogue).map((entry): [string, string] => [`${MARKDOWN_FOLDER}/${entry.page}.md`, eventPage(entry)]),
  ]);
