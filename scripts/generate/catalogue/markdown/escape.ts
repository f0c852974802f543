/** Characters that mean something to Markdown wherever they stand, and those that begin HTML. */
const SPECIAL = /[\\`*_[\]~$]/g;

/** Plain text as Markdown on one line: nothing in it means anything. */
export const plain = (text: string): string =>
  oneLine(text)
    .replaceAll(SPECIAL, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // What would begin a heading, a list or a rule.
    .replace(/^(?<mark>[#+-]|\d+(?=[.)]))/, (mark) => (/^\d/.test(mark) ? `${mark}\u2060` : `\\${mark}`));

/** Text as code on one line. */
export function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') || /^ .*\S.* $/.test(line) ? ' ' : '';
  return line === '' ? '' : `${fence}${padding}${line}${padding}${fence}`;
}

/** A block of code, whatever is in it. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * A description, which may hold Markdown but no HTML and no images: paragraphs stay, for where blocks are allowed.
 */
export const description = (text: string): string => outsideCode(text.replaceAll(/\r\n?/g, '\n').trim(), false);

/** A description in a cell of a table: on one line, with its paragraphs on lines of their own. */
export const cell = (text: string): string =>
  text
    .trim()
    .split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*/)
    .map((paragraph) => outsideCode(oneLine(paragraph), true))
    .join('<br><br>');

/**
 * Code in a description stays as it is, because nothing in it can be HTML; what is around it is made harmless. Code is
 * taken for code on one line only: where a line ends, a list or another block may begin, and end the code.
 */
function outsideCode(text: string, inTable: boolean): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const escaped = /^\\[!-/:-@[-`{-~]/.exec(rest)?.[0];
    const span = /^(?<run>`+)(?!`)(?:[^`\n]|(?!\k<run>(?!`))`+)*?(?<!`)\k<run>(?!`)/.exec(rest)?.[0];
    const ticks = /^`+/.exec(rest)?.[0];
    const words = /^[^\\`]+/.exec(rest)?.[0];
    if (span !== undefined) parts.push(span);
    else if (escaped !== undefined) parts.push(harmlessEscape(escaped));
    else if (ticks !== undefined) parts.push('\\`'.repeat(ticks.length));
    else parts.push(harmless(words ?? '\\', inTable));
    at += (span ?? escaped ?? ticks ?? words ?? '\\').length;
  }
  return parts.join('');
}

const harmlessEscape = (escaped: string): string =>
  escaped === '\\<' ? '&lt;' : escaped === '\\&' ? '&amp;' : escaped;

const harmless = (text: string, inTable: boolean): string => {
  const safe = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('![', '!\\[')
    .replaceAll('~~~', '\\~\\~\\~')
    .replaceAll(/\]\((?=\s*(?:javascript|data|vbscript):)/gi, ']\\(');
  return inTable ? safe.replaceAll('>', '&gt;') : safe;
};

const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** A table. Its cells are Markdown that holds no line ends; pipes would end a cell, even inside code. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
