import type { Token } from 'markdown-it';
import type { RichNode, RichText } from '../../../../console/src/pages/catalogue/catalogue-data.ts';
import { markdown } from '../html/rich-text.ts';

/** A description with its paragraphs, lists and code, as elements and text. */
export const richNodes = (text: string): RichText => treeOf(markdown.parse(text, {}));

/** A description of one paragraph. */
export const richLineNodes = (text: string): RichText => treeOf(markdown.parseInline(text, {}));

interface Open {
  readonly tag: string;
  readonly href?: string;
  readonly children: RichNode[];
}

/** Markdown is a sequence of beginnings and ends; what stands between them is inside. */
function treeOf(tokens: readonly Token[]): RichText {
  const root: Open = { tag: '', children: [] };
  const open = [root];
  for (const token of tokens) {
    const inner = open.at(-1) ?? root;
    // A paragraph in a list without empty lines is there and has no element.
    if (token.hidden) continue;
    if (token.nesting > 0) {
      const href = token.attrGet('href');
      const begun = { tag: token.tag, ...(href !== null && { href: String(href) }), children: [] };
      inner.children.push(begun);
      open.push(begun);
    } else if (token.nesting < 0) {
      open.pop();
    } else {
      inner.children.push(...leavesOf(token));
    }
  }
  return root.children;
}

function leavesOf({ type, tag, content, children }: Token): RichText {
  if (type === 'inline') return treeOf(children ?? []);
  if (type === 'softbreak') return ['\n'];
  if (type === 'fence' || type === 'code_block') {
    return [{ tag: 'pre', children: [{ tag: 'code', children: [content] }] }];
  }
  if (tag === '') return content === '' ? [] : [content];
  return [{ tag, children: content === '' ? [] : [content] }];
}
