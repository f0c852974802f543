import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Panel } from '../ui/panel.tsx';
import { useMediaQuery } from '../ui/use-media-query.ts';
import type { SeenEvent } from './as-text.ts';
import { EventDetails } from './event-details.tsx';
import styles from './event-panel.module.css';

/** Narrower than this, there is no room beside a list. */
const WIDE = '(width >= 1100px)';

/**
 * An event beside the list that it was chosen in, or, where there is no room, over the whole screen. Escape closes it,
 * inside of it; whoever has opened it gets the focus back by `onClose`.
 */
export function EventPanel({ event, onClose }: { readonly event: SeenEvent; readonly onClose: () => void }) {
  const isWide = useMediaQuery(WIDE);
  return isWide ? (
    <Beside event={event} onClose={onClose} />
  ) : (
    <Dialog title="Event" size="full" onClose={onClose}>
      <EventDetails event={event} />
    </Dialog>
  );
}

function Beside({ event, onClose }: { readonly event: SeenEvent; readonly onClose: () => void }) {
  const panel = useRef<HTMLElement>(null);
  // What is read begins at its top when it is another event.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the event changes
  useEffect(() => {
    panel.current?.querySelector(`.${styles['body']}`)?.scrollTo(0, 0);
  }, [event]);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  return (
    <aside
      ref={panel}
      className={styles['panel']}
      tabIndex={-1}
      aria-label="Event"
      onKeyDown={(key) => {
        if (key.key === 'Escape' && !key.defaultPrevented) onClose();
      }}
    >
      <Panel
        title="Event"
        isFlush
        actions={<IconButton name="Close" icon={<X size={18} aria-hidden />} onClick={onClose} />}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className={styles['body']} tabIndex={0} aria-label="Details of the event">
          <EventDetails event={event} />
        </section>
      </Panel>
    </aside>
  );
}
