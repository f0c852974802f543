import { useEffect, useState } from 'react';
import { useHub } from '../../hub/hub-context.tsx';
import type { Persona } from '../../session/persona.ts';
import { Seat } from './seat.ts';

/** A persona's token and connection, for as long as it is shown; another persona is another seat. */
export function useSeat(persona: Persona, onLeave: (seat: Seat) => void): Seat | undefined {
  const { configuration } = useHub();
  const [seat, setSeat] = useState<Seat>();
  useEffect(() => {
    const opened = new Seat(configuration, persona);
    setSeat(opened);
    return () => {
      onLeave(opened);
      opened.close();
    };
  }, [configuration, persona, onLeave]);
  return seat;
}
