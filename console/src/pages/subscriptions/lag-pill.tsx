import { Pill } from '../../ui/pill.tsx';
import type { Lag } from './lag.ts';

/** How far behind a subscription is. Being behind is no fault: it depends on what consumes it. */
export function LagPill({ lag }: { readonly lag: Lag }) {
  if (lag.kind === 'other-history') return <Pill tone="bad">other history</Pill>;
  if (lag.events === 0) return <Pill tone="good">none</Pill>;
  return <Pill tone="info">{lag.events.toLocaleString()}</Pill>;
}
