import type { Mutant } from './mutant.ts';
import { CLIENT_MUTANTS } from './mutants-client.ts';
import { HUB_MUTANTS } from './mutants-hub.ts';

/** Every mutant there is. */
export const MUTANTS: readonly Mutant[] = [...HUB_MUTANTS, ...CLIENT_MUTANTS];
