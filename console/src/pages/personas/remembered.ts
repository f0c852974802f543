import type { Persona } from '../../session/persona.ts';

const KEY = 'tidings.personas';

export interface Pair {
  readonly left: Persona;
  readonly right: Persona;
}

/** The two that this tab has shown last. They are no secrets, and end with the tab. */
export function rememberedPair(): Pair | undefined {
  try {
    const text = sessionStorage.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as Pair);
  } catch {
    return undefined;
  }
}

export const rememberPair = (pair: Pair): void => sessionStorage.setItem(KEY, JSON.stringify(pair));
