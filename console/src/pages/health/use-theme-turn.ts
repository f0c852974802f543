import { useEffect, useState } from 'react';

/** Another number whenever colours have become others: what is drawn on a canvas has to be drawn again then. */
export function useThemeTurn(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const next = () => setTurn((last) => last + 1);
    const chosen = new MutationObserver(next);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', next);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', next);
    };
  }, []);
  return turn;
}
