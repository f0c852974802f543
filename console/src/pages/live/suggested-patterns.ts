import { compilePattern } from '@tidings/client';

/** A pattern that may be meant, and how many of the hub's types it matches. */
export interface SuggestedPattern {
  readonly pattern: string;
  readonly types: number;
}

const TYPE = /^([^.]+)\.([^:]+):([^@]+)@(.+)$/;

/** The hub's types, and patterns for what several of them have in common: the widest first. */
export function suggestedPatterns(types: readonly string[]): readonly SuggestedPattern[] {
  const patterns = types.flatMap((type) => {
    const [, module, entity, action, version] = TYPE.exec(type) ?? [];
    if (module === undefined || entity === undefined) return [];
    // `*` does not reach over a dot: an entity of several parts takes as many stars.
    const stars = entity.replaceAll(/[^.]+/g, '*');
    return [`${module}.${stars}`, `${module}.${entity}:*`, `*.${stars}:${action}@${version}`];
  });
  const counted = [...new Set(patterns)].map((pattern) => counting(pattern, types)).filter(({ types: n }) => n > 1);
  counted.sort((one, other) => other.types - one.types || one.pattern.localeCompare(other.pattern));
  return [...counted, ...types.map((type) => ({ pattern: type, types: 1 }))];
}

/** Those that are like what was typed; first what was typed itself, if it is a pattern of its own. */
export function patternsLike(
  all: readonly SuggestedPattern[],
  typed: string,
  chosen: readonly string[],
): readonly SuggestedPattern[] {
  const wanted = typed.trim();
  const words = wanted.toLowerCase().split(/[\s*]+/);
  const like = all.filter(
    ({ pattern }) => !chosen.includes(pattern) && words.every((word) => pattern.toLowerCase().includes(word)),
  );
  if (wanted === '' || chosen.includes(wanted) || like.some(({ pattern }) => pattern === wanted)) return like;
  const types = all.filter(({ types: matched, pattern }) => matched === 1 && !pattern.includes('*'));
  return [
    counting(
      wanted,
      types.map(({ pattern }) => pattern),
    ),
    ...like,
  ];
}

const counting = (pattern: string, types: readonly string[]): SuggestedPattern => ({
  pattern,
  types: types.filter(compilePattern(pattern)).length,
});
