import type { ResetReason } from '@tidings/client';
import { useHub } from '../../hub/hub-context.tsx';
import type { FeedSnapshot, LiveFeed } from '../../live/live-feed.ts';
import { Button } from '../../ui/button.tsx';
import { Notice, Problem } from '../../ui/notice.tsx';

const CUT: Readonly<Record<ResetReason, string>> = {
  retention: 'Events that had not come yet were past their time.',
  epoch:
    'The hub counts in another history now, as after a table was restored. What was of the old one is gone from here.',
  ahead: 'The hub does not know numbers that had come already. What was of that history is gone from here.',
};

/** What is not as one might think: history was cut, or the past cannot be read. */
export function LiveNotices({ feed, snapshot }: { readonly feed: LiveFeed; readonly snapshot: FeedSnapshot }) {
  const { readScope } = useHub().configuration;
  const { reset, past, pastError } = snapshot;
  return (
    <>
      {reset !== undefined && (
        <Notice
          tone="warn"
          title="History was cut"
          action={<Button onClick={() => feed.dismissReset()}>Dismiss</Button>}
        >
          <p>
            {CUT[reset.reason]} It goes on with number {reset.oldest.toLocaleString()}.
          </p>
        </Notice>
      )}
      {past === 'refused' && (
        <Notice title="The past is not shown">
          <p>
            Your token lacks the scope {readScope === null ? 'for reading' : <code>{readScope}</code>}. What happens
            from now on is shown, as far as it is for browsers.
          </p>
        </Notice>
      )}
      {past === 'failed' && (
        <Problem
          error={pastError}
          title="The past could not be read"
          action={<Button onClick={() => void feed.loadPast()}>Try again</Button>}
        />
      )}
    </>
  );
}
