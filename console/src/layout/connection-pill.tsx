import type { ConnectionState } from '@tidings/client';
import { useTidings } from '@tidings/client/react';
import { useSession } from '../hub/hub-context.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';
import { useOnline } from './use-online.ts';

const WORDS: Readonly<Record<ConnectionState, readonly [Tone, string]>> = {
  connecting: ['warn', 'Connecting'],
  'catching-up': ['info', 'Catching up'],
  live: ['good', 'Live'],
  behind: ['warn', 'Behind'],
  closed: ['bad', 'Closed'],
};

/** How the page's own socket is. */
export function ConnectionPill() {
  const { state } = useTidings();
  const session = useSession();
  const isOnline = useOnline();
  const [tone, word] =
    session.state === 'expired'
      ? (['bad', 'Signed out'] as const)
      : isOnline || state === 'live'
        ? WORDS[state]
        : (['bad', 'Offline'] as const);
  return (
    <span role="status" aria-label={`Connection: ${word}`}>
      <Pill tone={tone} hasDot>
        {word}
      </Pill>
    </span>
  );
}
