import { useCallback, useEffect, useRef, useState } from 'react';
import { FilterSummary } from '../../filter/filter-summary.tsx';
import { useHub } from '../../hub/hub-context.tsx';
import { HubProblem } from '../../hub/hub-problem.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Loading, Notice, Problem } from '../../ui/notice.tsx';
import styles from './export-dialog.module.css';
import {
  type ExportBeginning,
  type ExportOutcome,
  type ExportProgress,
  exportEvents,
  exportName,
} from './export-events.ts';
import { type ExportFile, openExportFile } from './export-sinks.ts';
import type { View } from './history-search.ts';
import { readHead, type Stretch } from './read-history.ts';

type State =
  | { readonly at: 'asking' }
  | { readonly at: 'writing'; readonly progress: ExportProgress }
  | { readonly at: 'done'; readonly outcome: ExportOutcome; readonly kept: ExportFile | undefined }
  | { readonly at: 'failed'; readonly error: unknown };

/** Writes what a view shows, and all that follows up to the head of now, as NDJSON. */
export function ExportDialog({
  view,
  stretch,
  onClose,
}: {
  readonly view: View;
  readonly stretch: Stretch | undefined;
  readonly onClose: () => void;
}) {
  const { history, configuration } = useHub();
  const [isWhole, setWhole] = useState(stretch === undefined);
  const [state, setState] = useState<State>({ at: 'asking' });
  const aborter = useRef<AbortController>(undefined);
  useEffect(() => () => aborter.current?.abort(), []);
  const read = useCallback((signal: AbortSignal) => readHead(history, signal), [history]);
  const { value: head, error, reload } = useResource(read);
  const beginning: ExportBeginning = isWhole ? { after: 0 } : beginningOf(view, stretch);

  const begin = async (through: number) => {
    try {
      const file = await openExportFile(exportName(beginning, through));
      if (file === undefined) return;
      aborter.current = new AbortController();
      const { signal } = aborter.current;
      const onProgress = (progress: ExportProgress) => setState({ at: 'writing', progress });
      onProgress({ written: 0, bytes: 0, through: 0 });
      const { filter } = view;
      const outcome = await exportEvents({ history, beginning, filter, through, sink: file, onProgress, signal });
      // What is half done is kept; only a download asks first whether it is wanted.
      const isKept = outcome.end !== 'complete' && file.asks && outcome.written > 0;
      if (!isKept) await file.finish();
      setState({ at: 'done', outcome, kept: isKept ? file : undefined });
    } catch (failure) {
      setState({ at: 'failed', error: failure });
    }
  };

  return (
    <Dialog title="Export events" onClose={onClose}>
      {error !== undefined ? (
        <HubProblem error={error} scope={configuration.readScope} onRetry={reload} />
      ) : head === undefined ? (
        <Loading lines={3} />
      ) : state.at === 'writing' ? (
        <Writing progress={state.progress} beginning={beginning} through={head.sequence} />
      ) : state.at === 'done' ? (
        <Done outcome={state.outcome} through={head.sequence} />
      ) : (
        <>
          <p>
            One JSON object a line, in their order, up to number {count(head.sequence)}, which is the head now. Only
            what you may see is written.
          </p>
          <SelectField
            label="Begin with"
            value={isWhole ? 'whole' : 'view'}
            onChange={({ target }) => setWhole(target.value === 'whole')}
          >
            {stretch !== undefined && <option value="view">{wordsOf(beginningOf(view, stretch))}</option>}
            <option value="whole">the oldest that is kept</option>
          </SelectField>
          <div>
            <h3>Filter</h3>
            <FilterSummary filter={view.filter} />
          </div>
          {state.at === 'failed' && <Problem error={state.error} title="The file could not be written" />}
        </>
      )}
      <DialogActions>
        {state.at === 'writing' ? (
          <Button onClick={() => aborter.current?.abort()}>Cancel</Button>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            {state.at === 'done' && state.kept !== undefined && (
              <Button
                variant="primary"
                onClick={() => {
                  void state.kept?.finish();
                  setState({ ...state, kept: undefined });
                }}
              >
                Save what was written
              </Button>
            )}
            {state.at !== 'done' && head !== undefined && (
              <Button variant="primary" onClick={() => void begin(head.sequence)}>
                Export
              </Button>
            )}
          </>
        )}
      </DialogActions>
    </Dialog>
  );
}

function Writing({
  progress: { written, bytes, through },
  beginning,
  through: last,
}: {
  readonly progress: ExportProgress;
  readonly beginning: ExportBeginning;
  readonly through: number;
}) {
  const first = 'after' in beginning ? beginning.after : 0;
  const text = `${count(written)} events, ${sizeOf(bytes)}; number ${count(through)} of ${count(last)}`;
  return (
    <div className={styles['progress']}>
      <progress
        aria-label="Export"
        aria-valuetext={text}
        max={Math.max(1, last - first)}
        value={Math.max(0, through - first)}
      />
      <p>{text}</p>
    </div>
  );
}

function Done({ outcome, through }: { readonly outcome: ExportOutcome; readonly through: number }) {
  const { end, written, bytes, through: reached, error } = outcome;
  const what = `${count(written)} ${written === 1 ? 'event was' : 'events were'} written, ${sizeOf(bytes)}`;
  if (end === 'complete') {
    return (
      <Notice tone="good" title="The export is complete">
        <p>
          {what}. It reaches to number {count(through)}.
        </p>
      </Notice>
    );
  }
  const far = `${what}, up to number ${count(reached)} of ${count(through)}. The rest is missing.`;
  if (end === 'failed') {
    return (
      <>
        <Problem error={error} title="The export broke off" />
        <p>
          {far} To go on, export what follows {count(reached)}.
        </p>
      </>
    );
  }
  return (
    <Notice tone="warn" title={end === 'cut' ? 'History was cut meanwhile' : 'The export was cancelled'}>
      <p>{far}</p>
    </Notice>
  );
}

function beginningOf({ place }: View, stretch: Stretch | undefined): ExportBeginning {
  if (place.kind === 'since') return { since: place.time };
  if (place.kind === 'after') return { after: place.sequence };
  return { after: Math.max(0, (stretch?.from ?? 1) - 1) };
}

const wordsOf = (beginning: ExportBeginning): string =>
  'after' in beginning
    ? `number ${count(beginning.after + 1)}, as this view does`
    : `what was recorded since ${new Date(beginning.since).toLocaleString()}, as this view does`;

const count = (number: number): string => number.toLocaleString();

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
