import { type Catalogue, type CatalogueEntry, type CatalogueModule, entriesOf } from '../model.ts';
import { browserBadge, deprecatedBadge, services, typeName } from './elements.ts';
import type { Page } from './layout.ts';
import { html, type Markup } from './markup.ts';

/** The page that lists every event type. */
export function indexPage(catalogue: Catalogue): Page {
  const { modules } = catalogue;
  const entries = entriesOf(catalogue);
  const content = html`<div class="hero">
<h1>Event catalogue</h1>
<p class="lead">Every event that travels through the hub: what is in it, who publishes it, who is told, and how to become one of them.</p>
<ul class="stats"><li><strong>${entries.length}</strong> event types</li><li><strong>${modules.length}</strong> modules</li><li><strong>${new Set(entries.flatMap(({ producers, consumers }) => [...producers, ...consumers])).size}</strong> services</li></ul>
</div>
<div class="filter filter-main" hidden><label class="visually-hidden" for="filter">Filter event types</label><input id="filter" type="search" placeholder="Filter by type, title, service or owner" autocomplete="off" spellcheck="false" data-filter=".topics .topic" data-group=".module" data-status="#filter-status"><kbd aria-hidden="true">/</kbd><p id="filter-status" role="status"></p></div>
${modules.map(moduleSection)}`;
  const description = `${entries.length} event types of ${modules.map(({ name }) => name).join(', ')}`;
  return { title: 'Event catalogue', description, content, sections: [] };
}

const moduleSection = ({
  name,
  source,
  scope,
  buses,
  entries,
}: CatalogueModule): Markup => html`<section class="module" aria-labelledby="module-${name}">
<header class="module-head"><h2 id="module-${name}">${name}</h2>
<dl class="inline-facts"><div><dt>Source</dt><dd><code>${source}</code></dd></div><div><dt>Scope</dt><dd><code>${scope}</code></dd></div>${buses.map(({ environment, name: bus }) => html`<div><dt>${environment}</dt><dd><code>${bus}</code></dd></div>`)}</dl></header>
<table class="topics" role="table">
<caption class="visually-hidden">Event types of ${name}</caption>
<thead role="rowgroup"><tr role="row">${['Event', 'Published by', 'Consumed by', 'Reaches', 'Owner'].map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${entries.map(topic)}</tbody>
</table>
</section>
`;

const topic = (entry: CatalogueEntry): Markup => html`<tr role="row" class="topic">
<th role="rowheader" scope="row"><a class="topic-link" href="${entry.page}.html"><span class="topic-title">${entry.title}</span>${typeName(entry)}</a>${deprecatedBadge(entry)}</th>
<td role="cell" data-label="Published by">${services(entry.producers)}</td>
<td role="cell" data-label="Consumed by">${services(entry.consumers)}</td>
<td role="cell" data-label="Reaches">${browserBadge(entry)}</td>
<td role="cell" data-label="Owner">${entry.owner ?? html`<span class="none">not said</span>`}</td>
</tr>
`;
