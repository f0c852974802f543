import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import csharp from 'shiki/langs/csharp.mjs';
import json from 'shiki/langs/json.mjs';
import shellscript from 'shiki/langs/shellscript.mjs';
import typescript from 'shiki/langs/typescript.mjs';
import { html, type Markup } from './markup.ts';

const LANGUAGES = { typescript: 'typescript', csharp: 'csharp', sh: 'shellscript', json: 'json' } as const;

export type CodeLanguage = keyof typeof LANGUAGES;

export type Highlight = (code: string, language: CodeLanguage) => Markup;

/** A piece of code: plain text, or text with what it is, such as `keyword`. */
export type CodeToken = string | readonly [kind: string, text: string];

export type Tokenize = (code: string, language: CodeLanguage) => readonly CodeToken[];

// Colours are names, which become classes: inline styles would be stopped by a strict content security policy.
const THEME = createCssVariablesTheme({ name: 'catalogue', variablePrefix: '--code-' });
const VARIABLE = /^var\(--code-(?:token-)?(?<name>[a-z-]+)\)$/;

/** What colours code: a `span` with a class such as `t-keyword` for each token. */
export async function createHighlight(): Promise<Highlight> {
  const tokenize = await createTokenize();
  return (code, language) =>
    html`${tokenize(code, language).map((token) =>
      typeof token === 'string' ? token : html`<span class="t-${token[0]}">${token[1]}</span>`,
    )}`;
}

/** What takes code apart. The pieces together are the code. */
export async function createTokenize(): Promise<Tokenize> {
  const highlighter = await createHighlighterCore({
    themes: [THEME],
    langs: [typescript, csharp, shellscript, json],
    engine: createJavaScriptRegexEngine(),
  });
  return (code, language) => tokenize(highlighter, code, LANGUAGES[language]);
}

function tokenize(highlighter: HighlighterCore, code: string, lang: string): readonly CodeToken[] {
  const lines = highlighter.codeToTokensBase(code, { lang, theme: 'catalogue' }).map((tokens) =>
    tokens.map(({ content, color }): CodeToken => {
      const name = VARIABLE.exec(color ?? '')?.groups?.['name'];
      return name === undefined || name === 'foreground' ? content : [name, content];
    }),
  );
  return lines.flatMap((line, index) => (index === 0 ? line : ['\n', ...line]));
}
