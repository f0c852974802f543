import { Link } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { useHub } from '../../hub/hub-context.tsx';
import { useDescription } from '../../hub/use-description.ts';
import { EVERYTHING } from '../../live/event-filter.ts';
import type { FeedSnapshot, LiveFeed } from '../../live/live-feed.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Empty, Loading } from '../../ui/notice.tsx';

/** What stands in place of the list as long as there is nothing in it. */
export function LiveEmpty({ feed, snapshot }: { readonly feed: LiveFeed; readonly snapshot: FeedSnapshot }) {
  const { configuration } = useHub();
  const { value: description } = useDescription();
  const { kept, past, connection } = snapshot;
  if (kept > 0) {
    return (
      <Empty title={`None of ${kept.toLocaleString()} events matches`}>
        <Button onClick={() => feed.choose(EVERYTHING)}>Show all</Button>
      </Empty>
    );
  }
  const isBeginning = past === 'waiting' || past === 'loading';
  if (isBeginning && connection.state !== 'closed') return <Loading lines={8} name="Loading events" />;
  return (
    <Empty icon={<Radio size={28} aria-hidden />} title="No event yet">
      <p>As soon as something happens, it is here.</p>
      {configuration.sandbox !== undefined && (
        <p>
          <code>npx tidings publish {description?.types[0]?.type ?? 'bank.transaction:created@v1'}</code>
        </p>
      )}
      <Link to="/publish" className={buttonClass('primary')}>
        Publish one
      </Link>
    </Empty>
  );
}
