import type { CatalogueEntry } from '../model.ts';
import type { CodeLanguage, Highlight } from './highlight.ts';
import { html, type Markup } from './markup.ts';

/** A type with its parts told apart: who reads ten of them looks for the part that differs. */
export function typeName({ type }: Pick<CatalogueEntry, 'type'>): Markup {
  const {
    path = type,
    entity = '',
    action = '',
    version = '',
  } = /^(?<path>.*\.)(?<entity>[^.:]+):(?<action>[^@]+)@(?<version>.+)$/.exec(type)?.groups ?? {};
  if (entity === '') return html`<span class="type">${type}</span>`;
  return html`<span class="type"><span class="type-dim">${path}</span><wbr>${entity}<span class="type-dim">:</span><wbr><span class="type-action">${action}</span><span class="type-dim">@${version}</span></span>`;
}

/** A badge that says something in a word or two. */
export const badge = (text: string, kind = ''): Markup => html`<span class="badge ${kind}">${text}</span>`;

/** Whether a type reaches browsers, in words. */
export const browserBadge = ({ clientBroadcast }: CatalogueEntry): Markup =>
  clientBroadcast ? badge('Browser', 'badge-yes') : badge('Services only');

export const deprecatedBadge = ({ isDeprecated }: { readonly isDeprecated: boolean }): Markup | false =>
  isDeprecated && badge('Deprecated', 'badge-warn');

/** Names of services, each as a chip. */
export const services = (names: readonly string[]): Markup =>
  names.length === 0
    ? html`<span class="none">not said</span>`
    : html`<ul class="chips">${names.map((name) => html`<li class="chip">${name}</li>`)}</ul>`;

/** Code in a frame, with a title and (where the page has its script) a button that copies it. */
export const codeFrame = (
  {
    code,
    title,
    language,
  }: { readonly code: string; readonly title: string | Markup; readonly language: CodeLanguage },
  highlight: Highlight,
): Markup => html`<figure class="code">
<figcaption><span class="code-title">${title}</span><button class="copy" type="button" hidden>Copy</button></figcaption>
<pre tabindex="0"><code>${highlight(code, language)}</code></pre>
</figure>
`;
