/** A fenced block of a Markdown document. */
export interface CodeBlock {
  readonly language: string;
  /** The line that it begins in, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of a document, in order. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(?<language>\w+)[^\n]*\n(?<text>.*?)^```$/gms)].map(({ groups, index }) => ({
    language: groups?.['language'] ?? '',
    line: markdown.slice(0, index).split('\n').length,
    text: groups?.['text'] ?? '',
  }));
}
