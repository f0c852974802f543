import type { Violation } from '@tidings/client';
import { RotateCw, Send } from 'lucide-react';
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { EventTypeDescription } from '../../hub/description.ts';
import { useHub, useSession } from '../../hub/hub-context.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { changed, copiesOf, type ListEntry, MOST_EVENTS, readList } from './batch.ts';
import { DataPanel } from './data-panel.tsx';
import { type Draft, draftOf, renewed, toEvent, withType } from './draft.ts';
import { EnvelopeFields } from './envelope-fields.tsx';
import form from './form.module.css';
import type { JsonMistake } from './json-text.ts';
import { Leaves } from './leaves.tsx';
import { ListFields } from './list-fields.tsx';
import { Outcome } from './outcome.tsx';
import styles from './publish.module.css';
import { Radios } from './radios.tsx';
import { refusedAt } from './refused-at.ts';
import { ResultSummary, ResultTable } from './results.tsx';
import { TypeCombobox } from './type-combobox.tsx';
import { useFirstError } from './use-first-error.ts';
import { usePublish, type Way } from './use-publish.ts';
import { violationsOf } from './validator.ts';
import { attributeError, remaining } from './violations.ts';

type What = 'one' | 'copies' | 'list';

const NONE: readonly Violation[] = [];

export function Composer({
  types,
  first,
}: {
  readonly types: readonly EventTypeDescription[];
  readonly first: EventTypeDescription;
}) {
  const { configuration } = useHub();
  const { identity } = useSession();
  const publishing = usePublish();
  const { sent, isSending } = publishing;
  const [draft, setDraft] = useState<Draft>(() => draftOf(first, identity.tenant ?? ''));
  const [violations, setViolations] = useState(NONE);
  const [mistake, setMistake] = useState<JsonMistake>();
  const [isCheckedFirst, setIsCheckedFirst] = useState(true);
  const [what, setWhat] = useState<What>('one');
  const [way, setWay] = useState<Way>('http');
  const [copies, setCopies] = useState('10');
  const [list, setList] = useState('');
  const [hasNewIds, setHasNewIds] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const goToFirstError = useFirstError(element);
  const result = useRef<HTMLDivElement>(null);
  // Where the button stays in view and what comes of it does not.
  useEffect(() => {
    if (sent !== undefined) void result.current?.scrollIntoView({ block: 'nearest' });
  }, [sent]);

  const edit = (next: Draft) => {
    setViolations((last) => remaining(last, toEvent(draft), toEvent(next)));
    setDraft(next);
  };
  const choose = (type: EventTypeDescription) => {
    setViolations(NONE);
    setMistake(undefined);
    setDraft(withType(draft, type));
  };

  const count = Math.trunc(Number(copies));
  const copiesError =
    what === 'copies' && !(count >= 1 && count <= MOST_EVENTS) ? `A number from 1 to ${MOST_EVENTS}` : undefined;
  const tenant = identity.tenant ?? draft.envelope.tenantid;
  const entries = useMemo<readonly ListEntry[]>(
    () =>
      what === 'list'
        ? readList(list).map((entry) =>
            entry.kind === 'event' ? { ...entry, event: changed(entry.event, { tenant, hasNewIds }) } : entry,
          )
        : [],
    [what, list, tenant, hasNewIds],
  );
  const events = useMemo(
    () =>
      what === 'list' ? entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : [])) : [toEvent(draft)],
    [what, entries, draft],
  );

  const isSendable = what !== 'list' || (events.length > 0 && entries.length <= MOST_EVENTS);

  const show = (found: readonly Violation[]) => {
    setViolations(found);
    goToFirstError();
  };
  /** Whether it may be sent, as far as the page can say; if not, what is wrong is marked. */
  const isFit = (): boolean => {
    if (what === 'list') return events.length > 0 && entries.length <= MOST_EVENTS;
    if (copiesError !== undefined || mistake !== undefined) return false;
    if (!isCheckedFirst) return true;
    const found = violationsOf(draft.type.dataSchema, draft.data);
    setViolations(found.map(({ path, message }) => ({ path: `/data${path}`, message })));
    return found.length === 0;
  };
  const publish = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending) return undefined;
    if (!isFit()) {
      // What became of the last one would be taken for what becomes of this one.
      publishing.forget();
      return goToFirstError();
    }
    if (what === 'list') return isSendable ? await publishing.sendList(entries, way) : undefined;
    setViolations(NONE);
    if (what === 'copies') {
      await publishing.sendList(
        copiesOf(draft, count).map((copy) => ({ kind: 'event', event: copy })),
        way,
      );
      setDraft(renewed);
      return undefined;
    }
    const error = await publishing.sendOne(toEvent(draft), way);
    // Another event is the next one; the same one, after a refusal.
    if (error === undefined) setDraft(renewed);
    else show(refusedAt(error));
    return undefined;
  };

  const { module } = draft.type;
  const isGranted = identity.scopes.includes(module);
  const label = what === 'one' ? 'Publish' : `Publish ${countOf(what === 'list' ? events.length : count)}`;
  return (
    <form ref={element} className={styles['columns']} onSubmit={(event) => void publish(event)} noValidate>
      <div className={styles['stack']}>
        <Panel
          title="Event"
          actions={
            <Radios
              legend="What is sent"
              choices={[
                ['one', 'One'],
                ['copies', 'Copies'],
                ['list', 'A list'],
              ]}
              chosen={what}
              onChoose={setWhat}
            />
          }
        >
          <div className={styles['stack']}>
            {what === 'list' ? (
              <ListFields
                text={list}
                entries={entries}
                hasNewIds={hasNewIds}
                onText={setList}
                onNewIds={setHasNewIds}
              />
            ) : (
              <>
                <TypeCombobox
                  types={types}
                  chosen={draft.type}
                  error={attributeError(violations, 'type')}
                  onChoose={choose}
                />
                {!isGranted && (
                  <Notice tone="warn" title={`Your token has no scope ${module}`}>
                    <p>Publishing events of this module takes it, so the hub will refuse this one.</p>
                  </Notice>
                )}
              </>
            )}
          </div>
        </Panel>
        {what !== 'list' && (
          <>
            <DataPanel
              draft={draft}
              violations={violations}
              mistake={mistake}
              onData={(data) => edit({ ...draft, data })}
              onMistake={setMistake}
            />
            <Panel title="Envelope">
              <EnvelopeFields
                envelope={draft.envelope}
                ownTenant={identity.tenant}
                violations={violations}
                onChange={(envelope) => edit({ ...draft, envelope })}
              />
            </Panel>
          </>
        )}
      </div>
      <div className={`${styles['stack']} ${styles['side']}`}>
        <Panel title="Send">
          <div className={styles['stack']}>
            {what === 'copies' && (
              <TextField
                label="How many"
                hint="Each under an id of its own"
                inputMode="numeric"
                value={copies}
                error={copiesError}
                onChange={({ target }) => setCopies(target.value)}
              />
            )}
            {configuration.sandbox !== undefined && (
              <Radios
                legend="By which way"
                choices={[
                  ['http', 'Over HTTP'],
                  ['bus', 'On the bus'],
                ]}
                chosen={way}
                onChoose={setWay}
              />
            )}
            {what !== 'list' && (
              <label className={form['tick']}>
                <input
                  type="checkbox"
                  checked={isCheckedFirst}
                  onChange={({ target }) => setIsCheckedFirst(target.checked)}
                />
                Check the data here first; otherwise the hub judges
              </label>
            )}
            <div className={`${styles['row']} ${styles['send']}`}>
              <Button
                type="submit"
                variant="primary"
                icon={<Send size={16} aria-hidden />}
                aria-disabled={isSending || !isSendable}
                // The second click of a double click would send the next event, which is filled in by then.
                onClick={(event) => event.detail > 1 && event.preventDefault()}
              >
                {label}
              </Button>
              {isSending && <Button onClick={publishing.cancel}>Stop waiting</Button>}
            </div>
            <div ref={result} className={styles['result']}>
              {sent?.kind === 'one' && (
                <Outcome sent={sent} onAgain={(before) => void publishing.sendOne(sent.event, sent.way, before)} />
              )}
              {sent?.kind === 'list' && <ResultSummary sent={sent} />}
              {sent?.kind === 'list' && sent.unknown.length > 0 && (
                <Button
                  icon={<RotateCw size={16} aria-hidden />}
                  onClick={() => void publishing.sendList(sent.unknown, sent.way)}
                >
                  Send the {countOf(sent.unknown.length)} again with the same ids
                </Button>
              )}
            </div>
          </div>
        </Panel>
        <Leaves apiUrl={configuration.apiUrl} events={events} />
      </div>
      {sent?.kind === 'list' && sent.state === 'done' && <ResultTable rows={sent.rows} />}
    </form>
  );
}

const countOf = (count: number): string =>
  count === 1 ? '1 event' : Number.isNaN(count) ? 'events' : `${count} events`;
