import { Pause, Play, Trash2 } from 'lucide-react';
import type { LiveFeed } from '../../live/live-feed.ts';
import { Button } from '../../ui/button.tsx';
import styles from './controls.module.css';

/** Holds the list and lets it go, and empties it. */
export function Controls({
  feed,
  isPaused,
  waiting,
  kept,
}: {
  readonly feed: LiveFeed;
  readonly isPaused: boolean;
  readonly waiting: number;
  readonly kept: number;
}) {
  return (
    <>
      <Button
        className={styles['pause']}
        variant={isPaused ? 'primary' : 'plain'}
        icon={isPaused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
        onClick={() => feed.pause(!isPaused)}
      >
        {isPaused ? `Resume (${waiting.toLocaleString()} waiting)` : 'Pause'}
      </Button>
      <Button icon={<Trash2 size={16} aria-hidden />} disabled={kept === 0} onClick={() => feed.clear()}>
        Clear
      </Button>
    </>
  );
}
