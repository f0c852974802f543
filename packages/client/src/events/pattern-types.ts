/** The pieces of a text between separators, as a tuple. */
type Split<Text extends string, Separator extends string> = Text extends `${infer Head}${Separator}${infer Tail}`
  ? [Head, ...Split<Tail, Separator>]
  : [Text];

/** One segment of a pattern as a template: `*` stands for any run of characters. */
type Template<Segment extends string> = Segment extends `${infer Head}*${infer Tail}`
  ? `${Head}${string}${Template<Tail>}`
  : Segment;

type MatchSegments<Pattern extends readonly string[], Type extends readonly string[]> = Pattern extends readonly [
  infer Segment extends string,
  ...infer Segments extends string[],
]
  ? Type extends readonly [infer Part extends string, ...infer Parts extends string[]]
    ? Part extends Template<Segment>
      ? MatchSegments<Segments, Parts>
      : false
    : false
  : Type extends readonly []
    ? true
    : false;

/**
 * The members of `Type` that a pattern matches: what `compilePattern` does, done by the compiler. `*` stands for any run
 * of characters but `.`, and alone for everything. Of a pattern that is only known as text, nothing can be said: every
 * type may match.
 */
export type Matching<Pattern extends string, Type extends string> = string extends Pattern
  ? Type
  : Pattern extends '*'
    ? Type
    : Type extends string
      ? MatchSegments<Split<Pattern, '.'>, Split<Type, '.'>> extends true
        ? Type
        : never
      : never;
