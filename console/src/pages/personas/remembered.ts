import type { Persona } from '../../session/persona.ts';
import { recall, remember } from '../../session/tab-storage.ts';

const KEY = 'tidings.personas';

export interface Pair {
  readonly left: Persona;
  readonly right: Persona;
}

/** The two that this tab has shown last. They are no secrets, and end with the tab. */
export const rememberedPair = (): Pair | undefined => recall(KEY) as Pair | undefined;

export const rememberPair = (pair: Pair): void => remember(KEY, pair);
