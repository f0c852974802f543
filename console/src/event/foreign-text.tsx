import { visibleText } from './visible-text.ts';

/** Somebody else's text: it is cut where it is too long, keeps its direction to itself, and hides nothing. */
export function ForeignText({ of, most }: { readonly of: unknown; readonly most?: number }) {
  return <bdi>{visibleText(of, most)}</bdi>;
}
