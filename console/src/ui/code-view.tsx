import { defaultKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { codeFolding, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

/** Custom properties reach into the shadow tree, so the page's theme is this view's. */
const THEME = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', overflow: 'auto' },
  // It is as wide as the view. How narrow it could be need not be asked of a line of a megabyte: that takes as long again
  // as laying it out.
  '.cm-content': { contain: 'inline-size' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-muted)', border: 'none' },
  '.cm-specialChar': { color: 'var(--bad)', border: '1px solid currentcolor', borderRadius: '3px', padding: '0 2px' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--quiet-soft)',
    border: 'none',
    color: 'var(--text)',
    padding: '0 6px',
  },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--surface-selected)' },
  '.cm-panels': { backgroundColor: 'var(--surface-raised)', color: 'var(--text)' },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--text)' },
  { tag: tags.number, color: 'var(--info)' },
  { tag: [tags.bool, tags.null], color: 'var(--warn)' },
]);

/** What turns directions or cannot be seen, of which the view itself knows some only. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Beyond so many characters nothing is parsed: the text is all there, without colours and folds.
 * A parser walks over the whole of a text, however little of it is seen.
 */
const MOST_PARSED = 2_000_000;

export default function CodeView({
  text,
  name,
  maxHeight,
}: {
  readonly text: string;
  readonly name: string;
  readonly maxHeight: number;
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    // In a shadow tree its styles are adopted sheets; in the page they would be `<style>` elements, which the content
    // security policy does not let in.
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorState.readOnly.of(true),
          lineNumbers(),
          drawSelection(),
          highlightSpecialChars({ addSpecialChars: UNSEEN }),
          EditorView.lineWrapping,
          search({ top: true }),
          keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': name, 'aria-readonly': 'true', tabindex: '0' }),
          THEME,
          EditorView.theme({ '.cm-scroller': { maxHeight: `${maxHeight}px` } }),
          ...(text.length <= MOST_PARSED ? [json(), codeFolding(), foldGutter(), syntaxHighlighting(COLOURS)] : []),
        ],
      }),
    });
    return () => view.destroy();
  }, [text, name, maxHeight]);
  return <div ref={host} />;
}
