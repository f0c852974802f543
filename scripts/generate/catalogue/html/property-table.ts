import type { PropertyRow } from '../properties.ts';
import type { Restriction } from '../restrictions.ts';
import { badge } from './elements.ts';
import { html, type Markup } from './markup.ts';
import { richLine } from './rich-text.ts';

/** Deeper rows are indented no further. */
const DEEPEST = 6;

// The roles are what the elements have anyway, but browsers forget it where a style makes cards of the rows.
/** The properties of an event's data. Each row can be linked to. */
export function propertyTable(rows: readonly PropertyRow[]): Markup {
  const anchors = anchorsOf(rows);
  return html`<table class="properties" role="table">
<caption class="visually-hidden">Properties of the event’s data</caption>
<thead role="rowgroup"><tr role="row">${['Property', 'Type', 'Required', 'Restrictions', 'Description'].map(
    (name) => html`<th role="columnheader" scope="col">${name}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => propertyRow(row, anchors.get(row.path) ?? ''))}</tbody>
</table>
`;
}

const propertyRow = (
  row: PropertyRow,
  anchor: string,
): Markup => html`<tr role="row" id="${anchor}" class="depth-${Math.min(row.depth, DEEPEST)} row-${row.kind}">
<th role="rowheader" scope="row"><a class="property" href="#${anchor}">${row.kind === 'property' ? pathOf(row) : row.name}</a></th>
<td role="cell" class="cell-type">${row.type}</td>
<td role="cell" class="cell-required">${row.kind === 'property' && (row.isRequired ? html`<span class="required">required</span>` : html`<span class="optional">optional</span>`)}</td>
<td role="cell" class="cell-restrictions">${row.restrictions.map(restriction)}</td>
<td role="cell" class="cell-description">${row.isDeprecated && html`${badge('Deprecated', 'badge-warn')} `}${richLine(row.description || (row.kind === 'property' ? row.title : ''))}</td>
</tr>
`;

function pathOf({ path, name }: PropertyRow): Markup {
  const before = path.endsWith(name) ? path.slice(0, path.length - name.length) : '';
  const parts = before.split('.').map((part, index) => (index === 0 ? part : [html`.<wbr>`, part]));
  return html`<span class="path">${parts}</span><span class="name">${name.split(/(?<=[a-z])(?=[A-Z])/).map((word, index) => (index === 0 ? word : [html`<wbr>`, word]))}</span>`;
}

const restriction = ({ label, values }: Restriction): Markup =>
  html`<div class="restriction"><span>${label}</span>${values.map((value) => html` <code>${value}</code>`)}</div>`;

/** Ids for the rows: what is not a letter or a digit becomes a dash, and what would then be equal gets a number. */
export function anchorsOf(rows: readonly Pick<PropertyRow, 'path'>[]): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>();
  const taken = new Set<string>();
  for (const { path } of rows) {
    const plain = `data-${path.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')}`;
    let anchor = plain;
    for (let copy = 2; taken.has(anchor); copy += 1) anchor = `${plain}-${copy}`;
    taken.add(anchor);
    anchors.set(path, anchor);
  }
  return anchors;
}
