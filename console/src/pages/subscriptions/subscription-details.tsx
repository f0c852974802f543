import { useNavigate } from '@tanstack/react-router';
import type { Subscription } from '@tidings/client';
import { Filter as FilterIcon, Pause, Play, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { visibleText } from '../../event/visible-text.ts';
import { FilterSummary } from '../../filter/filter-summary.tsx';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Timestamp } from '../../ui/timestamp.tsx';
import { AcknowledgeForm } from './acknowledge-form.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { FilterDialog } from './filter-dialog.tsx';
import { type HeadOfLog, lagOf } from './lag.ts';
import { LagPill } from './lag-pill.tsx';
import { MANAGE_SCOPE } from './manage-scope.ts';
import { StatusPill } from './subscription-table.tsx';
import styles from './subscriptions.module.css';
import { codeOf, useAct } from './use-act.ts';
import { WaitingEvents } from './waiting-events.tsx';

/** A subscription: where it stands, what waits for it, and what can be done with it. */
export function SubscriptionDetails({
  subscription,
  head,
  mayManage,
  onChanged,
}: {
  readonly subscription: Subscription;
  readonly head: HeadOfLog;
  readonly mayManage: boolean;
  readonly onChanged: () => void;
}) {
  const { subscriptions, configuration } = useHub();
  const navigate = useNavigate();
  const act = useAct(onChanged);
  const [open, setOpen] = useState<'filter' | 'delete'>();
  const { name, status, cursor, filter, created, updated } = subscription;
  const isPaused = status === 'paused';

  const turn = () =>
    act.run(async () => {
      const found = await subscriptions.update(name, { status: isPaused ? 'active' : 'paused' });
      return found.status === 'paused' ? 'It is paused: it delivers nothing and loses nothing.' : 'It delivers again.';
    });
  const acknowledge = (sequence: number, epoch: string) =>
    void act.run(async () => {
      const stands = (await subscriptions.acknowledge(name, { epoch, sequence })).sequence;
      const place = stands.toLocaleString();
      if (stands > sequence) return `It stands at ${place} already, and a cursor never moves back.`;
      return `It stands at ${place} now.`;
    });

  return (
    <Panel
      title={<bdi>{visibleText(name, 256)}</bdi>}
      actions={
        <>
          <Button
            icon={isPaused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
            disabled={!mayManage}
            isBusy={act.isBusy}
            onClick={() => void turn()}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
          <Button icon={<FilterIcon size={16} aria-hidden />} disabled={!mayManage} onClick={() => setOpen('filter')}>
            Filter
          </Button>
          <Button
            variant="danger"
            icon={<Trash2 size={16} aria-hidden />}
            disabled={!mayManage}
            onClick={() => setOpen('delete')}
          >
            Delete
          </Button>
        </>
      }
    >
      <div className={styles['details']}>
        {act.outcome !== undefined && <Notice tone="good" title={act.outcome} />}
        {act.error !== undefined && (
          <HubProblem
            error={act.error}
            scope={codeOf(act.error) === 'SCOPE_MISSING' && mayManage ? configuration.readScope : MANAGE_SCOPE}
            title="The hub refused it"
          />
        )}
        <dl className={styles['facts']}>
          <Fact name="Status">
            <StatusPill status={status} />
          </Fact>
          <Fact name="Cursor">{cursor.sequence.toLocaleString()}</Fact>
          <Fact name="Lag">
            <LagPill lag={lagOf(subscription, head)} />
          </Fact>
          <Fact name="Created">
            <Timestamp at={created} />
          </Fact>
          <Fact name="Changed">
            <Timestamp at={updated} />
          </Fact>
          <Fact name="Filter">
            <FilterSummary filter={filter} />
          </Fact>
        </dl>
        <section className={styles['section']} aria-label="What waits next">
          <h3>What waits next</h3>
          <WaitingEvents subscription={subscription} isBusy={act.isBusy} onAcknowledge={acknowledge} />
        </section>
        <AcknowledgeForm head={head} isBusy={act.isBusy} onAcknowledge={acknowledge} />
      </div>
      {open === 'filter' && (
        <FilterDialog
          subscription={subscription}
          onClose={() => setOpen(undefined)}
          onSaved={() => {
            setOpen(undefined);
            onChanged();
          }}
        />
      )}
      {open === 'delete' && (
        <DeleteDialog
          name={name}
          onClose={() => setOpen(undefined)}
          onDeleted={() => {
            setOpen(undefined);
            onChanged();
            void navigate({ to: '/subscriptions', search: {} });
          }}
        />
      )}
    </Panel>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
