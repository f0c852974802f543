import { type Catalogue, type CatalogueEntry, entriesOf } from '../model.ts';
import { deprecatedBadge } from './elements.ts';
import { html, type Markup } from './markup.ts';

export interface PageSection {
  readonly id: string;
  readonly title: string;
}

export interface Page {
  readonly title: string;
  readonly description: string;
  /** What stands inside `main`, with the page's `h1`. */
  readonly content: Markup;
  /** What the page itself links to, in its order. */
  readonly sections: readonly PageSection[];
  /** The event type that the page is of, if it is of one. */
  readonly entry?: CatalogueEntry | undefined;
}

/** A whole document. It loads one style sheet, one script that it can do without, and nothing else. */
export const documentOf = (page: Page, catalogue: Catalogue): string => `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · Tidings</title>
<meta name="description" content="${page.description}">
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="catalogue.css">
<script src="catalogue.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<button class="menu" type="button" popovertarget="types"><svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M3 5h14M3 10h14M3 15h9" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/></svg><span>Events</span></button>
<a class="brand" href="index.html"><img src="icon.svg" alt="" width="24" height="24"><span class="brand-name">Tidings</span> <span class="brand-part">Event catalogue</span></a>
<button class="theme" type="button" hidden><svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/></svg><span class="visually-hidden">Dark theme</span></button>
</header>
<div class="frame ${page.sections.length > 0 ? '' : 'frame-wide'}">
${sidebar(catalogue, page.entry)}
<main id="content" tabindex="-1">
${page.content}
</main>
${page.sections.length > 0 && onThisPage(page.sections)}
</div>
<footer class="bottom"><p>Generated from the schemas of ${entriesOf(catalogue).length} event types.</p></footer>
</body>
</html>
`}`;

const sidebar = (
  { modules }: Catalogue,
  current: CatalogueEntry | undefined,
): Markup => html`<nav class="types" id="types" aria-label="Event types" popover>
<div class="filter" hidden><label class="visually-hidden" for="types-filter">Filter the list of event types</label><input id="types-filter" type="search" placeholder="Filter events" autocomplete="off" spellcheck="false" data-filter="#types .item" data-group="#types .group"></div>
<p class="home"><a href="index.html"${current === undefined && html` aria-current="page"`}>All event types</a></p>
${modules.map(
  ({ name, entries }) => html`<div class="group"><h2>${name}</h2>
<ul>${entries.map(
    (entry) =>
      html`<li class="item"><a href="${entry.page}.html"${entry === current && html` aria-current="page"`}>${shortName(entry)}${deprecatedBadge(entry)}</a></li>`,
  )}</ul></div>
`,
)}</nav>`;

/** A type without its module, which stands above it. */
const shortName = ({ type, module }: CatalogueEntry): Markup => {
  const {
    entity = type,
    action = '',
    version = '',
  } = /^(?<entity>[^:]+):(?<action>[^@]+)@(?<version>.+)$/.exec(type.slice(module.length + 1))?.groups ?? {};
  return html`<span class="short">${entity}<wbr>:${action} <span class="version">${version}</span></span>`;
};

const onThisPage = (sections: readonly PageSection[]): Markup => html`<nav class="page-nav" aria-label="On this page">
<h2>On this page</h2>
<ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
</nav>`;
