import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Download, SearchX, X } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { EventPanel } from '../../event/event-panel.tsx';
import { FilterFields } from '../../filter/filter-fields.tsx';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button, buttonClass, IconButton } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty, Loading } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { EventTable } from './event-table.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FindById } from './find-by-id.tsx';
import styles from './history-page.module.css';
import { elsewhere, filtered, PAGE_SIZES, type Place, type View, viewOf } from './history-search.ts';
import { PlaceForm } from './place-form.tsx';
import { readView, type Stretch } from './read-history.ts';
import { CutNotice, StretchNotes } from './stretch-notes.tsx';

const route = getRouteApi('/history');

/** Events of the past. What is shown is all in the address, so it can be linked, reloaded and gone back to. */
export function HistoryPage() {
  const { history, configuration } = useHub();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { event: chosen, ...asked } = search;
  const address = JSON.stringify(asked);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is all of it
  const view = useMemo(() => viewOf(asked), [address]);
  const read = useCallback((signal: AbortSignal) => readView(history, view, signal), [history, view]);
  const { value: found, error, isLoading, reload } = useResource(read);
  const [isExporting, setExporting] = useState(false);
  const stretch = found?.kind === 'stretch' ? found : undefined;
  const isWide = useMediaQuery('(width >= 720px)');
  const isFiltered = Object.keys(view.filter).length > 0;
  const go = (place: Place) => void navigate({ to: '/history', search: elsewhere(search, place) });
  return (
    <Page
      title="History"
      about="Everything that is kept and that you may see, in its order, from any sequence or time. The address holds what you look at: share it."
      actions={
        <Button icon={<Download size={16} aria-hidden />} onClick={() => setExporting(true)}>
          Export
        </Button>
      }
    >
      <Panel title="Find">
        <div className={styles['find']}>
          <div className={styles['places']}>
            <PlaceForm key={address} place={view.place} onGo={go} />
            <FindById />
          </div>
          <details className={styles['filter']} open={isWide || isFiltered}>
            <summary>Filter</summary>
            <FilterFields
              filter={view.filter}
              onChange={(filter) => void navigate({ to: '/history', search: filtered(search, filter) })}
            />
          </details>
        </div>
      </Panel>
      {stretch !== undefined && <StretchNotes stretch={stretch} view={view} />}
      <div className={chosen === undefined ? styles['list'] : `${styles['list']} ${styles['split']}`}>
        <Panel
          title={<span aria-live="polite">{stretch === undefined ? 'Events' : reachOf(stretch)}</span>}
          isFlush
          actions={<Steps view={view} stretch={stretch} search={asked} onReload={reload} />}
        >
          <div className={styles['events']}>
            {error !== undefined && !isLoading ? (
              <div className={styles['inside']}>
                <HubProblem error={error} scope={configuration.readScope} onRetry={reload} />
              </div>
            ) : found === undefined ? (
              <Loading lines={12} name="Loading events" />
            ) : found.kind === 'reset' ? (
              <div className={styles['inside']}>
                <CutNotice cut={found} search={asked} />
              </div>
            ) : found.events.length === 0 ? (
              <Nothing stretch={found} view={view} />
            ) : (
              <EventTable
                key={address}
                name="Events"
                events={found.events}
                chosen={chosen}
                isCompact={chosen !== undefined}
                beginsAtEnd={view.place.kind === 'newest' || view.place.kind === 'before'}
                link={(event, className, children) => (
                  <Link to="/history" search={{ ...asked, event: event.id }} resetScroll={false} className={className}>
                    {children}
                  </Link>
                )}
              />
            )}
          </div>
        </Panel>
        {chosen !== undefined && (
          <Chosen
            id={chosen}
            stretch={stretch}
            onClose={() => {
              void navigate({ to: '/history', search: asked, resetScroll: false });
              document.querySelector<HTMLElement>('[data-chosen="true"] a')?.focus();
            }}
          />
        )}
      </div>
      {isExporting && <ExportDialog view={view} stretch={stretch} onClose={() => setExporting(false)} />}
    </Page>
  );
}

/** The event that is open: of the list if it is there, and else as the hub gives it. */
function Chosen({
  id,
  stretch,
  onClose,
}: {
  readonly id: string;
  readonly stretch: Stretch | undefined;
  readonly onClose: () => void;
}) {
  const { history } = useHub();
  const listed = stretch?.events.find((event) => event.id === id);
  const isElsewhere = stretch !== undefined && listed === undefined;
  const read = useCallback(
    async (signal: AbortSignal) => (isElsewhere ? await history.event(id, { signal }) : undefined),
    [history, id, isElsewhere],
  );
  const { value, isLoading } = useResource(read);
  const event = listed ?? value;
  if (event !== undefined) return <EventPanel event={event} onClose={onClose} />;
  return isElsewhere && !isLoading ? (
    <Panel title="Event" actions={<IconButton name="Close" icon={<X size={18} aria-hidden />} onClick={onClose} />}>
      <p>The address names an event that is gone, or not for you, or never was.</p>
    </Panel>
  ) : null;
}

/** Steps along history, as links: each is a view of its own. */
function Steps({
  view,
  stretch,
  search,
  onReload,
}: {
  readonly view: View;
  readonly stretch: Stretch | undefined;
  readonly search: Parameters<typeof elsewhere>[0];
  readonly onReload: () => void;
}) {
  const navigate = useNavigate();
  const first = stretch?.from ?? Number(stretch?.events[0]?.sequence ?? Number(stretch?.through) + 1);
  const older: Place | undefined =
    stretch === undefined || !(first > 1) ? undefined : { kind: 'before', sequence: first, epoch: stretch.epoch };
  const newer: Place | undefined =
    stretch === undefined || stretch.through >= stretch.head
      ? undefined
      : { kind: 'after', sequence: stretch.through, epoch: stretch.epoch };
  const step = (place: Place | undefined, name: string, icon: ReactNode) =>
    place === undefined ? (
      <Button aria-label={name} title={name} disabled>
        {icon}
      </Button>
    ) : (
      <Link className={buttonClass()} aria-label={name} title={name} to="/history" search={elsewhere(search, place)}>
        {icon}
      </Link>
    );
  return (
    <div className={styles['steps']}>
      {/* The label is for screen readers: beside the steps, everybody sees what it is. */}
      <div className={styles['size']}>
        <SelectField
          label="Events at once"
          value={view.limit}
          onChange={({ target }) =>
            void navigate({ to: '/history', search: { ...search, limit: Number(target.value) } })
          }
        >
          {[...new Set([...PAGE_SIZES, view.limit])].map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </SelectField>
      </div>
      {step({ kind: 'after', sequence: 0, epoch: undefined }, 'Oldest', <ChevronFirst size={18} aria-hidden />)}
      {step(older, 'Older', <ChevronLeft size={18} aria-hidden />)}
      {step(newer, 'Newer', <ChevronRight size={18} aria-hidden />)}
      {view.place.kind === 'newest' ? (
        <Button aria-label="Newest" title="Newest" onClick={onReload}>
          <ChevronLast size={18} aria-hidden />
        </Button>
      ) : (
        step({ kind: 'newest' }, 'Newest', <ChevronLast size={18} aria-hidden />)
      )}
    </div>
  );
}

function Nothing({ stretch, view }: { readonly stretch: Stretch; readonly view: View }) {
  const isFiltered = Object.keys(view.filter).length > 0;
  const { head, from, through } = stretch;
  return (
    <Empty icon={<SearchX size={28} aria-hidden />} title={head === 0 ? 'Nothing was ever recorded' : 'Nothing here'}>
      {head > 0 && (
        <p>
          {isFiltered ? 'Nothing that you may see matches the filter' : 'Nothing is for you'}
          {from !== undefined && from <= through ? ` from ${count(from)} to ${count(through)}.` : ' in this part.'}
        </p>
      )}
    </Empty>
  );
}

/** How far the answer reaches. */
function reachOf({ from, through, head, events }: Stretch): string {
  const first = from ?? Number(events[0]?.sequence ?? through);
  if (head === 0) return 'No events';
  if (through < first) return `At the head, ${count(head)}`;
  return `${count(first)} to ${count(through)} of ${count(head)}`;
}

const count = (number: number): string => number.toLocaleString();
