import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import json from 'shiki/langs/json.mjs';
import shellscript from 'shiki/langs/shellscript.mjs';
import typescript from 'shiki/langs/typescript.mjs';
import { html, type Markup } from './markup.ts';

const LANGUAGES = { typescript: 'typescript', sh: 'shellscript', json: 'json' } as const;

export type CodeLanguage = keyof typeof LANGUAGES;

export type Highlight = (code: string, language: CodeLanguage) => Markup;

// Colours are names, which become classes: inline styles would be stopped by a strict content security policy.
const THEME = createCssVariablesTheme({ name: 'catalogue', variablePrefix: '--code-' });
const VARIABLE = /^var\(--code-(?:token-)?(?<name>[a-z-]+)\)$/;

/** What colours code: a `span` with a class such as `t-keyword` for each token. */
export async function createHighlight(): Promise<Highlight> {
  const highlighter = await createHighlighterCore({
    themes: [THEME],
    langs: [typescript, shellscript, json],
    engine: createJavaScriptRegexEngine(),
  });
  return (code, language) => highlight(highlighter, code, LANGUAGES[language]);
}

function highlight(highlighter: HighlighterCore, code: string, lang: string): Markup {
  const lines = highlighter.codeToTokensBase(code, { lang, theme: 'catalogue' }).map((tokens) =>
    tokens.map(({ content, color }) => {
      const name = VARIABLE.exec(color ?? '')?.groups?.['name'];
      return name === undefined || name === 'foreground' ? content : html`<span class="t-${name}">${content}</span>`;
    }),
  );
  return html`${lines.map((line, index) => (index === 0 ? line : ['\n', ...line]))}`;
}
