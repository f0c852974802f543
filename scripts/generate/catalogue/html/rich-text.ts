import MarkdownIt from 'markdown-it';
import { type Markup, trusted } from './markup.ts';

/** How descriptions are read: without HTML, and without images, since a page must not ask another server for anything. */
export const markdown = new MarkdownIt({ html: false, linkify: false }).disable(['image', 'heading', 'lheading']);
markdown.renderer.rules['link_open'] = (tokens, index, options, _env, renderer) => {
  tokens[index]?.attrSet('rel', 'noopener noreferrer');
  return renderer.renderToken(tokens, index, options);
};

/** A description with its paragraphs, lists and code. */
export const richText = (text: string): Markup => trusted(markdown.render(text));

/** A description of one paragraph. */
export const richLine = (text: string): Markup => trusted(markdown.renderInline(text));
