import { getRouteApi, Link } from '@tanstack/react-router';
import type { TidingsEvent } from '@tidings/client';
import { ChevronLeft, ChevronRight, History, SearchX } from 'lucide-react';
import { type ReactNode, useCallback } from 'react';
import { EventDetails } from '../../event/event-details.tsx';
import { visibleText } from '../../event/visible-text.ts';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty, Loading } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Neighbours, readNeighbours } from './neighbours.ts';

const route = getRouteApi('/events/$id');

/** One event, by a link to it. */
export function EventPage() {
  const { history, configuration } = useHub();
  const { id } = route.useParams();
  const read = useCallback(
    async (signal: AbortSignal) => ({ event: await history.event(id, { signal }) }),
    [history, id],
  );
  const { value, error, isLoading, reload } = useResource(read);
  const event = value?.event;
  return (
    <Page
      title="Event"
      about={<bdi>{visibleText(id, 256)}</bdi>}
      actions={<CopyButton name="Copy link" text={() => location.href} />}
    >
      {error !== undefined && !isLoading ? (
        <HubProblem error={error} scope={configuration.readScope} onRetry={reload} />
      ) : value === undefined ? (
        <Panel title="Details">
          <Loading lines={12} name="Loading the event" />
        </Panel>
      ) : event === undefined ? (
        <NotThere />
      ) : (
        <Panel title={`Number ${Number(event.sequence).toLocaleString()}`} actions={<Steps event={event} />}>
          <EventDetails event={event} />
        </Panel>
      )}
    </Page>
  );
}

/** The same words whatever the reason is: who asks for the event of another learns nothing by the answer. */
function NotThere() {
  return (
    <Panel title="Not found">
      <Empty icon={<SearchX size={28} aria-hidden />} title="There is no such event that you may see">
        <p>It is gone, or it is not for you, or it never was: the hub answers all of these alike.</p>
        <Link to="/history" className={buttonClass()}>
          Look in history
        </Link>
      </Empty>
    </Panel>
  );
}

function Steps({ event }: { readonly event: TidingsEvent }) {
  const { history } = useHub();
  const sequence = Number(event.sequence);
  const read = useCallback(
    (signal: AbortSignal): Promise<Neighbours> => readNeighbours(history, sequence, signal),
    [history, sequence],
  );
  const { value } = useResource(read);
  return (
    <>
      <Link to="/history" search={{ after: Math.max(0, sequence - 11), event: event.id }} className={buttonClass()}>
        <History size={16} aria-hidden />
        Around it
      </Link>
      <Step to={value?.previous} name="Previous event" icon={<ChevronLeft size={18} aria-hidden />} />
      <Step to={value?.next} name="Next event" icon={<ChevronRight size={18} aria-hidden />} />
    </>
  );
}

function Step({
  to,
  name,
  icon,
}: {
  readonly to: TidingsEvent | undefined;
  readonly name: string;
  readonly icon: ReactNode;
}) {
  return to === undefined ? (
    <Button aria-label={name} title={name} disabled>
      {icon}
    </Button>
  ) : (
    <Link to="/events/$id" params={{ id: to.id }} aria-label={name} title={name} className={buttonClass()}>
      {icon}
    </Link>
  );
}
