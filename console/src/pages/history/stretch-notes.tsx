import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { elsewhere, type HistorySearch, type View } from './history-search.ts';
import type { Cut, Stretch } from './read-history.ts';

/** What one must know of a stretch that one does not see in it. */
export function StretchNotes({ stretch, view }: { readonly stretch: Stretch; readonly view: View }) {
  const { oldest, head, from } = stretch;
  const { place } = view;
  return (
    <>
      {view.problems.map((problem) => (
        <Notice key={problem} tone="warn" title="The address is not right">
          <p>{problem} What is shown instead are the newest events.</p>
        </Notice>
      ))}
      {oldest !== undefined && from !== undefined && (
        <Notice tone="warn" title={`Events ${count(from)} to ${count(oldest - 1)} are not kept any more`}>
          <p>Retention has cut them off. What is shown begins with {count(oldest)}, the first that is still there.</p>
        </Notice>
      )}
      {place.kind === 'after' && place.sequence > head && (
        <Notice title={`There is nothing after ${count(place.sequence)} yet`}>
          <p>The newest event of this tenant is number {count(head)}.</p>
        </Notice>
      )}
    </>
  );
}

const REASONS: Readonly<Record<Cut['reason'], string>> = {
  retention: 'What follows this place is not kept any more: retention has cut it off.',
  epoch: 'This place counts in another history. The log was restored since, or the link is of another hub.',
  ahead: 'This place is ahead of everything that there is. The log was restored since, or the link is of another hub.',
};

/** History was cut: what is asked for is gone, and what there is instead. */
export function CutNotice({ cut, search }: { readonly cut: Cut; readonly search: HistorySearch }) {
  const { reason, oldest, head } = cut;
  return (
    <Notice
      tone="warn"
      title="History was cut here"
      action={
        <Link
          className={buttonClass()}
          to="/history"
          search={elsewhere(search, { kind: 'after', sequence: oldest - 1, epoch: undefined })}
        >
          Show the oldest
        </Link>
      }
    >
      <p>
        {REASONS[reason]}{' '}
        {oldest > head ? 'Nothing is left.' : `What is there now goes from ${count(oldest)} to ${count(head)}.`}
      </p>
    </Notice>
  );
}

const count = (number: number): string => number.toLocaleString();
