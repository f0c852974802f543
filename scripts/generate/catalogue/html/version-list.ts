import type { CatalogueEntry, Version } from '../model.ts';
import type { Change } from '../versions.ts';
import { badge, deprecatedBadge } from './elements.ts';
import { html, type Markup } from './markup.ts';

/** Every version of a type, newest first, with what it changed. */
export const versionList = (entry: CatalogueEntry): Markup => html`<ol class="versions" reversed>
${entry.versions.map((version) => versionItem(version, entry))}</ol>
`;

const versionItem = (version: Version, entry: CatalogueEntry): Markup => html`<li>
<p class="version-head">${
  version.type === entry.type
    ? html`<strong>v${version.version}</strong> ${badge('this page', 'badge-yes')}`
    : html`<a href="${version.page}.html"><strong>v${version.version}</strong></a>`
}${deprecatedBadge(version)}</p>
${changes(version)}</li>
`;

function changes({ previous, changes: all }: Version): Markup {
  if (previous === undefined) return html`<p class="muted">The first version.</p>`;
  if (all.length === 0) return html`<p class="muted">The same properties as v${previous}.</p>`;
  return html`<ul class="changes">${all.map(change)}</ul>`;
}

const change = ({ kind, path, details }: Change): Markup =>
  html`<li>${badge(kind, `badge-${kind}`)} <code>${path}</code>${details.length > 0 && html` <span class="muted">${details.join('; ')}</span>`}</li>`;
