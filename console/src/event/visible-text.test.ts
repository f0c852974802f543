import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

describe('a text of somebody else', () => {
  it.each([
    ['a\u202Eb', 'a⟨U+202E⟩b'],
    ['tab\tline\n', 'tab⟨U+0009⟩line⟨U+000A⟩'],
    ['zero\u200Bwidth', 'zero⟨U+200B⟩width'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['漢字 🎉 עברית', '漢字 🎉 עברית'],
    [undefined, ''],
    [12, '12'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('is cut before it is looked at, so that a megabyte costs as much as a line', () => {
    const shown = visibleText(`x${'\u0000'.repeat(1_000_000)}`, 10);
    expect(shown).toBe(`x${'⟨U+0000⟩'.repeat(9)}…`);
  });

  it('is never cut in the middle of a character', () => {
    expect(visibleText('ab🎉c', 3)).toBe('ab…');
  });
});
