import type { Subscription } from '@tidings/client';
import { useState } from 'react';
import { FilterFields } from '../../filter/filter-fields.tsx';
import { FilterSummary } from '../../filter/filter-summary.tsx';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useSubmission } from '../../ui/use-submission.ts';
import { MANAGE_SCOPE } from './manage-scope.ts';

/** Gives a subscription another filter, and says so if somebody else has done that meanwhile. */
export function FilterDialog({
  subscription,
  onClose,
  onSaved,
}: {
  readonly subscription: Subscription;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const { subscriptions } = useHub();
  const [known, setKnown] = useState(subscription);
  const [isSurprised, setSurprised] = useState(false);
  const [filter, setFilter] = useState(subscription.filter);
  const { isBusy, error, submit } = useSubmission();
  /** @returns what somebody else has made of it meanwhile; then nothing was saved */
  const save = async (): Promise<Subscription | undefined> => {
    const now = await subscriptions.get(known.name);
    if (now !== undefined && JSON.stringify(now.filter) !== JSON.stringify(known.filter)) return now;
    await subscriptions.update(known.name, { filter });
    return undefined;
  };
  const finish = (changed: Subscription | undefined) => {
    if (changed === undefined) return onSaved();
    setKnown(changed);
    setSurprised(true);
  };
  return (
    <Dialog title="Change the filter" onClose={onClose}>
      <p>It holds for what comes after the cursor, also for what was recorded before the change.</p>
      <FilterFields filter={filter} onChange={setFilter} />
      {isSurprised && (
        <Notice tone="warn" title="Somebody else has changed it meanwhile">
          <p>This is the filter now; saving replaces it by yours.</p>
          <FilterSummary filter={known.filter} />
        </Notice>
      )}
      {error !== undefined && <HubProblem error={error} scope={MANAGE_SCOPE} title="The filter was not changed" />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" isBusy={isBusy} onClick={() => void submit(save, finish)}>
          {isSurprised ? 'Replace it' : 'Save'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
