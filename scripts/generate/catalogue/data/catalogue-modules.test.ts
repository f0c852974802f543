import { describe, expect, it } from 'vitest';
import type {
  CatalogueIndex,
  CodeTokens,
  RichNode,
  RichText,
  TypeData,
} from '../../../../console/src/pages/catalogue/catalogue-data.ts';
import { buildCatalogue, entriesOf } from '../model.ts';
import { HOSTILE, oddSchemas } from '../test-schemas.ts';
import { catalogueModules } from './catalogue-modules.ts';
import { richLineNodes, richNodes } from './rich-nodes.ts';

const schemas = oddSchemas();
const catalogue = buildCatalogue(schemas, ['dev']);
const modules = await catalogueModules(catalogue, schemas, (name) => `pages/${name}`);

/** What importing a module gives. */
const defaultOf = (name: string): unknown => {
  const [, literal = ''] = /^export default JSON\.parse\((.*)\);$/m.exec(modules.get(name) ?? '') ?? [];
  return JSON.parse(JSON.parse(literal));
};
const pageOf = (name: string) => defaultOf(name) as TypeData;
const codeOf = (tokens: CodeTokens): string => tokens.map((one) => (typeof one === 'string' ? one : one[1])).join('');

const nodesOf = (text: RichText): readonly Exclude<RichNode, string>[] =>
  text.flatMap((node) => (typeof node === 'string' ? [] : [node, ...nodesOf(node.children)]));
const textOf = (text: RichText): string =>
  text.map((node) => (typeof node === 'string' ? node : textOf(node.children))).join('');

describe('the catalogue for the console', () => {
  it('has a module for every type, which the index says how to load', () => {
    const pages = entriesOf(catalogue).map(({ page }) => page);
    expect([...modules.keys()]).toEqual(['index', ...pages]);
    for (const page of pages) expect(modules.get('index')).toContain(`() => import("pages/${page}")`);
    const index = defaultOf('index') as CatalogueIndex;
    expect(index.modules.flatMap(({ entries }) => entries.map(({ type }) => type))).toEqual([
      'shop.order:placed@v1',
      'shop.order:placed@v2',
    ]);
  });

  it('has everything of a type that the site has, and code that is whole', () => {
    const [entry] = entriesOf(catalogue).slice(-1);
    const page = pageOf('shop.order-placed.v2');
    expect(page.properties.map(({ path }) => path)).toEqual(entry?.properties.map(({ path }) => path));
    expect(new Set(page.properties.map(({ anchor }) => anchor)).size).toBe(page.properties.length);
    expect(page.examples.map((tokens) => JSON.parse(codeOf(tokens)))).toEqual(entry?.examples);
    const codes = [...page.publish, ...page.receive].flatMap(({ snippets }) =>
      snippets.map(({ code }) => codeOf(code)),
    );
    const expected = [...(entry?.publish ?? []), ...(entry?.subscribe ?? [])].flatMap(({ snippets }) => snippets);
    expect(codes).toEqual(expected.map(({ code }) => code));
    expect(JSON.parse(page.schema)).toEqual(schemas.at(-1)?.schema);
    expect(page.versions.map(({ version, previous }) => [version, previous])).toEqual([
      [2, 1],
      [1, null],
    ]);
  });

  it('keeps what means harm as text', () => {
    const page = pageOf('shop.order-placed.v2');
    expect(page.title).toBe(`Order ${HOSTILE}`);
    expect(textOf(page.description)).toContain('<script>document.title = "owned"</script>');
    const nodes = nodesOf(page.description);
    expect(nodes.map(({ tag }) => tag)).toEqual(expect.arrayContaining(['p', 'ul', 'li']));
    // An image is a link to one, and what would run is no link.
    expect(nodes.flatMap(({ href }) => href ?? [])).toEqual(['https://example.com/x.png']);
    expect(nodes.filter(({ tag }) => /script|img/.test(tag))).toEqual([]);
  });
});

describe('a description', () => {
  it('has its emphasis, code, links and lists', () => {
    expect(richLineNodes('A **b** `c` [d](https://example.com)')).toEqual([
      'A ',
      { tag: 'strong', children: ['b'] },
      ' ',
      { tag: 'code', children: ['c'] },
      ' ',
      { tag: 'a', href: 'https://example.com', children: ['d'] },
    ]);
    expect(richNodes('- a\n- b')).toEqual([
      {
        tag: 'ul',
        children: [
          { tag: 'li', children: ['a'] },
          { tag: 'li', children: ['b'] },
        ],
      },
    ]);
    expect(richNodes('```\nx < y\n```')).toEqual([{ tag: 'pre', children: [{ tag: 'code', children: ['x < y\n'] }] }]);
  });
});
