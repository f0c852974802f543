import { useCallback, useState } from 'react';

/** Something that somebody has set off, and what came of it. */
export interface Act {
  readonly isBusy: boolean;
  /** What the last one came to, in a sentence. */
  readonly outcome: string | undefined;
  readonly error: unknown;
  /** @param does says in a sentence what has become of it */
  readonly run: (does: () => Promise<string>) => Promise<boolean>;
  readonly clear: () => void;
}

/**
 * One act at a time. Whatever comes of it, what is shown is read again afterwards: somebody else may have been faster,
 * and it is the hub who knows.
 */
export function useAct(reload: () => void): Act {
  const [state, setState] = useState<Pick<Act, 'isBusy' | 'outcome' | 'error'>>(RESTING);
  const run = useCallback(
    async (does: () => Promise<string>) => {
      setState({ ...RESTING, isBusy: true });
      try {
        const outcome = await does();
        setState({ ...RESTING, outcome });
        return true;
      } catch (error) {
        setState({ ...RESTING, error });
        return false;
      } finally {
        reload();
      }
    },
    [reload],
  );
  return { ...state, run, clear: useCallback(() => setState(RESTING), []) };
}

const RESTING = { isBusy: false, outcome: undefined, error: undefined };

/** The code of an error of the hub or of its client. */
export const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | undefined)?.code;
