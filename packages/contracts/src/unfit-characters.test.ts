import { expect, it } from 'vitest';
import { unfitCharacter } from './unfit-characters.ts';

const problemOf = (event: unknown) => unfitCharacter(JSON.stringify(event), event);

it.each([
  ['an attribute', { subject: 'a\uFFFE' }, '/subject'],
  ['data', { data: { list: [{ 'a/b': 'x\uFFFFy' }] } }, '/data/list/0/a~1b'],
])('%s that a queue would refuse is found', (_, event, path) => {
  expect(problemOf(event)).toEqual({
    path,
    message: 'expected no U+FFFE or U+FFFF, which are no characters; found one',
  });
});

it('a key that a queue would refuse is found by the object that has it', () => {
  expect(problemOf({ data: { inner: { 'k\uFFFF': 1 } } })).toMatchObject({ path: '/data/inner' });
});

it.each(['plain', '\u0000\u001F\u007F\u0085', '\uD800', '\uFFFD', '\u{1F600}\u{10FFFF}', '\\uFFFF'])(
  '%j passes',
  (text) => {
    expect(problemOf({ data: { text, [text]: 1 } })).toBeUndefined();
  },
);
