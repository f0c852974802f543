import { memo, useCallback, useRef, useState } from 'react';
import { EventPanel } from '../../event/event-panel.tsx';
import type { Entry } from '../../live/event-log.ts';
import { Page } from '../../ui/page.tsx';
import { Controls } from './controls.tsx';
import { EventList } from './event-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import styles from './live.module.css';
import { LiveEmpty } from './live-empty.tsx';
import { LiveNotices } from './live-notices.tsx';
import { Rail } from './rail.tsx';
import { useFeed } from './use-feed.ts';

/** Events as they arrive. */
export function LivePage() {
  const { feed, snapshot } = useFeed();
  const [chosen, setChosen] = useState<Entry>();
  const list = useRef<HTMLDivElement>(null);
  const close = useCallback(() => {
    setChosen(undefined);
    list.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Page
      title="Live"
      about="Every event that you may see, as it arrives; the newest first. Open one for its envelope, its data and who else receives it."
      actions={<Controls feed={feed} isPaused={snapshot.isPaused} waiting={snapshot.waiting} kept={snapshot.kept} />}
    >
      <Rail feed={feed} snapshot={snapshot} />
      <LiveNotices feed={feed} snapshot={snapshot} />
      <FilterBar feed={feed} filter={snapshot.filter} />
      <div className={`${styles['columns']} ${chosen === undefined ? '' : styles['withDetails']}`}>
        <EventList
          ref={list}
          feed={feed}
          snapshot={snapshot}
          chosen={chosen?.sequence}
          onChoose={setChosen}
          onClose={close}
          empty={<LiveEmpty feed={feed} snapshot={snapshot} />}
        />
        {chosen !== undefined && <Details event={chosen.event} onClose={close} />}
      </div>
    </Page>
  );
}

/** It stays as it is while the list beside it moves. */
const Details = memo(EventPanel);
