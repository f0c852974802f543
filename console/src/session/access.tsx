import { createContext, useContext } from 'react';
import type { Persona } from './persona.ts';

/** How one comes in, goes out, or becomes somebody else. */
export interface Access {
  /** Whom the sandbox gives tokens for; absent where people sign in. */
  readonly persona: Persona | undefined;
  readonly choosePersona: (persona: Persona) => void;
  readonly signInAgain: () => void;
  readonly signOut: () => void;
}

export const AccessContext = createContext<Access | undefined>(undefined);

export function useAccess(): Access {
  const access = useContext(AccessContext);
  if (access === undefined) throw new Error('useAccess: expected an <AccessContext> around this component');
  return access;
}
