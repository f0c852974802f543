import type { EventTypeDescription } from '../../hub/description.ts';

/** The types in whose name, title or description every word is found; those with it in their name come first. */
export function typesLike(types: readonly EventTypeDescription[], text: string): readonly EventTypeDescription[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (where: string) => words.every((word) => where.toLowerCase().includes(word));
  const byName = types.filter(({ type }) => has(type));
  const byText = types.filter(({ type, title, description }) => !has(type) && has(`${type} ${title} ${description}`));
  return [...byName, ...byText];
}
