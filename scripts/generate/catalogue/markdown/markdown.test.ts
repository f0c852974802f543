import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../model.ts';
import { HOSTILE, oddSchemas } from '../test-schemas.ts';
import { cell, code, codeBlock, description, plain, table } from './escape.ts';
import { markdownPages } from './index.ts';

// As GitHub does before it cleans: HTML would be HTML here.
const renderer = new MarkdownIt({ html: true });
const render = (markdown: string): string => renderer.render(markdown);
/** What a reader sees of rendered Markdown. */
const seen = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
const cellsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<td>(?<text>.*?)<\/td>/gs)].map(({ groups }) => seen(groups?.['text'] ?? ''));

const TEXTS = [
  HOSTILE,
  'a|b',
  '\\',
  '\\|',
  '`',
  '``x`',
  '`a|b` `` ` ``',
  '*_~[x](y)',
  '&lt; &',
  '<!-- x',
  '# x',
  '- x',
  '1. x',
  '+ x',
  '$x$',
];

describe('text in Markdown', () => {
  it.each(TEXTS)('that is plain stays what it was: %s', (text) => {
    expect(seen(render(plain(text))).replaceAll('\u2060', '')).toBe(text);
    expect(cellsOf(render(table(['a', 'b'], [[plain(text), 'next']])))).toEqual([
      expect.stringContaining(text.slice(0, 1)),
      'next',
    ]);
    expect(cellsOf(render(table(['a', 'b'], [[plain(text), 'next']])))[0]?.replaceAll('\u2060', '')).toBe(text);
  });

  it.each(TEXTS)('that is code stays what it was: %s', (text) => {
    expect(seen(render(code(text)))).toBe(text);
    expect(cellsOf(render(table(['a', 'b'], [[code(text), 'next']])))).toEqual([text, 'next']);
    expect(seen(render(codeBlock(`${text}\n\`\`\`\nmore`, 'sh')))).toBe(`${text}\n\`\`\`\nmore`);
  });

  it('that describes may hold code and emphasis, and no HTML and no image', () => {
    const html = render(description(`Of \`a<b\` and **c** ![i](https://example.com/i.png)\n\n${HOSTILE}`));
    expect(html).toContain('<code>a&lt;b</code>');
    expect(html).toContain('<strong>c</strong>');
    expect(html).not.toMatch(/<(?:script|img)/);
  });

  it.each([
    '`\n\n<b>x</b>`',
    '`\n- <b>`',
    '`` ` <b>',
    '\\`<b>`',
    '\\<b>',
    '&lt;b>',
    '~~~\n<b>',
    '```\n<b>\n```',
    '<!--',
    '[x](javascript:alert(1))',
  ])('that describes has no way to HTML: %j', (text) => {
    expect(render(description(text))).not.toMatch(/<b>|<!--|href="javascript/);
    expect(render(table(['a'], [[cell(text)]]))).not.toMatch(/<b>|<!--|href="javascript/);
  });

  it('keeps the paragraphs of a description inside its cell', () => {
    expect(cell('One\nline.\n\nTwo | `a|b`\r\n\r\nThree')).toBe('One line.<br><br>Two | `a|b`<br><br>Three');
    expect(cellsOf(render(table(['a', 'b'], [[cell('One.\n\nTwo | `a|b`'), 'next']])))).toEqual([
      'One.Two | a|b',
      'next',
    ]);
  });
});

describe('the pages in Markdown', () => {
  const pages = markdownPages(buildCatalogue(oddSchemas(), ['dev']));

  it('are an index, and a page for each type', () => {
    expect([...pages.keys()]).toEqual([
      'docs/catalogue/README.md',
      'docs/catalogue/shop.order-placed.v1.md',
      'docs/catalogue/shop.order-placed.v2.md',
    ]);
  });

  it.each([...pages])('have tables of equal rows, and no HTML that a schema brought: %s', (_name, page) => {
    const html = render(page);
    expect(html.replaceAll(/<(?:code|pre)[ >].*?<\/(?:code|pre)>/gs, '')).not.toMatch(/<script|<img|href="javascript/);
    for (const [rendered] of html.matchAll(/<table>.*?<\/table>/gs)) {
      const columns = [...rendered.matchAll(/<th>/g)].length;
      const widths = [...rendered.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => [...row.matchAll(/<t[dh]>/g)].length);
      expect(new Set(widths)).toEqual(new Set([columns]));
    }
    for (const [, target = ''] of page.matchAll(/\]\((?<target>[^)#]+\.md)\)/g)) {
      expect([...pages.keys()]).toContain(`docs/catalogue/${target}`);
    }
  });

  it('say what a version changed, and which is newer', () => {
    expect(pages.get('docs/catalogue/shop.order-placed.v2.md')).toContain(
      '  - changed `id`: required now; now 1 to 64 characters',
    );
    expect(pages.get('docs/catalogue/shop.order-placed.v1.md')).toContain(
      '> **Deprecated.** It goes on working, but do not begin to use it. [`shop.order:placed@v2`](shop.order-placed.v2.md) is newer.',
    );
  });
});
