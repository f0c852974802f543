import { type CatalogueEntry, successorOf } from '../model.ts';
import type { UsageSection } from '../usage/index.ts';
import { badge, browserBadge, codeFrame, deprecatedBadge, services, typeName } from './elements.ts';
import type { Highlight } from './highlight.ts';
import type { Page, PageSection } from './layout.ts';
import { html, type Markup } from './markup.ts';
import { anchorsOf, propertyTable } from './property-table.ts';
import { richLine, richText } from './rich-text.ts';
import { versionList } from './version-list.ts';

interface Section extends PageSection {
  readonly content: Markup;
}

/** Everything about one event type. */
export function eventPage(entry: CatalogueEntry, highlight: Highlight): Page {
  const sections = sectionsOf(entry, highlight);
  const content = html`<div class="hero">
<p class="crumbs"><a href="index.html">Catalogue</a> <span aria-hidden="true">/</span> ${entry.module}</p>
<h1>${entry.title}</h1>
<p class="type-line">${typeName(entry)}<button class="copy copy-type" type="button" data-copy="${entry.type}" hidden>Copy<span class="visually-hidden"> the type</span></button></p>
<p class="badges">${badge(`Version ${entry.version}`)}${browserBadge(entry)}${deprecatedBadge(entry)}</p>
${notes(entry)}
<div class="lead">${richText(entry.description)}</div>
</div>
${flow(entry)}
${facts(entry)}
${sections.map(
  ({
    id,
    title,
    content: inner,
  }) => html`<section class="part" aria-labelledby="${id}"><h2 id="${id}"><a class="anchor" href="#${id}">${title}</a></h2>
${inner}</section>
`,
)}`;
  const { title, description } = entry;
  return { title, description: description || title, content, sections, entry };
}

function sectionsOf(entry: CatalogueEntry, highlight: Highlight): Section[] {
  const all: (Section | false)[] = [
    {
      id: 'data',
      title: 'Data',
      content:
        entry.properties.length === 0 ? html`<p>No properties are described.</p>` : propertyTable(entry.properties),
    },
    entry.enumerations.length > 0 && { id: 'enumerations', title: 'Enumerations', content: enumerations(entry) },
    {
      id: 'examples',
      title: entry.examples.length === 1 ? 'Example' : 'Examples',
      content: html`${entry.examples.map((example, index) =>
        codeFrame(
          { code: JSON.stringify(example, null, 2), title: `Example ${index + 1} of data`, language: 'json' },
          highlight,
        ),
      )}`,
    },
    {
      id: 'publish',
      title: 'Publish',
      content: html`<p class="note">It takes a token with the scope <code>${entry.scope}</code>, or the right to put events on the bus.</p>
${usage(entry.publish, 'publish', highlight)}`,
    },
    { id: 'receive', title: 'Receive', content: usage(entry.subscribe, 'receive', highlight) },
    { id: 'versions', title: 'Versions', content: versionList(entry) },
  ];
  return all.filter((section) => section !== false);
}

function notes(entry: CatalogueEntry): Markup | false {
  const successor = successorOf(entry);
  const newer = successor && html`<a href="${successor.page}.html">${successor.type}</a> is newer.`;
  if (entry.isDeprecated)
    return html`<p class="callout callout-warn"><strong>Deprecated.</strong> It goes on working, but do not begin to use it. ${newer}</p>`;
  return newer !== undefined && html`<p class="callout">${newer}</p>`;
}

/** Where the event comes from, and where it goes. */
const flow = (entry: CatalogueEntry): Markup => html`<div class="flow">
<div class="flow-end"><h2>Published by</h2>${services(entry.producers)}</div>
<div class="flow-hub"><span class="flow-line" aria-hidden="true"></span><span class="flow-name"><span class="visually-hidden">through the hub’s module </span>${entry.module}</span><span class="flow-line flow-arrow" aria-hidden="true"></span></div>
<div class="flow-end"><h2>Consumed by</h2>${services(entry.consumers)}</div>
</div>`;

const facts = (entry: CatalogueEntry): Markup => html`<dl class="facts">
<div><dt>Owner</dt><dd>${entry.owner ?? html`<span class="none">not said</span>`}</dd></div>
<div><dt>Source</dt><dd><code>${dotted(entry.source)}</code></dd></div>
<div><dt>Scope</dt><dd><code>${entry.scope}</code></dd></div>
<div><dt>Schema</dt><dd><a href="${entry.schemaFile}">JSON Schema</a></dd></div>
<div class="facts-wide"><dt>Bus</dt><dd><ul class="buses">${entry.buses.map(({ environment, name }) => html`<li><span class="bus-environment">${environment}</span> <code>${name}</code></li>`)}</ul></dd></div>
</dl>`;

/** A name that may be broken after its dots, and had better not be elsewhere. */
const dotted = (name: string): Markup =>
  html`${name.split('.').map((part, index) => (index === 0 ? part : [html`.<wbr>`, part]))}`;

function enumerations({ enumerations: all, properties }: CatalogueEntry): Markup {
  const anchors = anchorsOf(properties);
  return html`${all.map(
    ({
      path,
      values,
    }) => html`<div class="enumeration"><h3><a href="#${anchors.get(path)}"><code>${path}</code></a></h3>
${
  values.some(({ description }) => description !== '')
    ? html`<dl class="meanings">${values.map(({ value, description }) => html`<div><dt><code class="value">${value}</code></dt><dd>${richLine(description)}</dd></div>`)}</dl>`
    : html`<ul class="chips">${values.map(({ value }) => html`<li><code class="value">${value}</code></li>`)}</ul>`
}</div>
`,
  )}`;
}

/** Ways to do something, under each other; the page's script makes tabs of them. */
const usage = (
  section: UsageSection,
  name: string,
  highlight: Highlight,
): Markup => html`<div class="tabs" data-tabs="${name}">
${section.map(
  ({ id, label, snippets }) => html`<div class="panel" id="${name}-${id}" data-language="${id}"><h3>${label}</h3>
${snippets.map(({ code, title, language }) => codeFrame({ code, title: richLine(title), language }, highlight))}</div>
`,
)}</div>
`;
