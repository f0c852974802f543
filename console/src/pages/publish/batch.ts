import type { PublishResult, RejectedEvent, Violation } from '@tidings/client';
import { type Draft, type EventDocument, newId, toEvent } from './draft.ts';
import { type JsonMistake, readJson } from './json-text.ts';

/** Most events of one go: a page that holds more of them, and of what became of each, is no help to anybody. */
export const MOST_EVENTS = 10_000;

/** An element of a list: an event, or why it is none. */
export type ListEntry =
  | { readonly kind: 'event'; readonly event: EventDocument }
  | { readonly kind: 'mistake'; readonly mistake: JsonMistake };

/** The same event so many times, each under an id of its own; the first keeps that of the draft. */
export function copiesOf(draft: Draft, count: number): readonly EventDocument[] {
  const event = toEvent(draft);
  return Array.from({ length: count }, (_, index) => (index === 0 ? event : { ...event, id: newId() }));
}

/**
 * Events out of a text: a JSON array, a single event, or one event a line (NDJSON). A line that is no JSON is a mistake of
 * its own and takes nothing from the others; a text that begins as an array must be one.
 */
export function readList(text: string): readonly ListEntry[] {
  if (text.trim() === '') return [];
  const whole = readJson(text);
  if ('value' in whole) return (Array.isArray(whole.value) ? whole.value : [whole.value]).map(toEntry);
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  const isLines = !text.trimStart().startsWith('[') && filled.some(({ line }) => 'value' in readJson(line));
  if (!isLines) return [{ kind: 'mistake', mistake: whole.mistake }];
  return filled.map(({ line, number }) => {
    const reading = readJson(line);
    return 'value' in reading
      ? toEntry(reading.value)
      : { kind: 'mistake', mistake: { ...reading.mistake, line: number } };
  });
}

/** Whatever it is: what is wrong with an event is for the publisher and the hub to say. */
const toEntry = (value: unknown): ListEntry => ({ kind: 'event', event: value as EventDocument });

/** What is done to the events of a list before they are sent. */
export interface ListChanges {
  /** The tenant of events that name none. */
  readonly tenant: string;
  /** Under new ids, so that events which are there are recorded once more. */
  readonly hasNewIds: boolean;
}

/** What only the hub gives an event, and the client never sends; one that comes out of an export has it. */
const OF_THE_HUB: ReadonlySet<string> = new Set(['sequence', 'recordedtime', 'dataref']);

export function changed(event: EventDocument, { tenant, hasNewIds }: ListChanges): EventDocument {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return event;
  const kept = Object.entries(event).filter(([name]) => !OF_THE_HUB.has(name));
  return {
    ...(tenant !== '' && { tenantid: tenant }),
    ...Object.fromEntries(kept),
    ...((hasNewIds || event.id === undefined) && { id: newId() }),
  } as EventDocument;
}

/** What became of one element of a list. */
export type Row = { readonly position: number; readonly id: string; readonly type: string } & (
  | { readonly outcome: 'accepted' }
  | {
      readonly outcome: 'rejected' | 'unknown';
      readonly code: string;
      readonly detail: string;
      readonly errors: readonly Violation[];
    }
);

/** A row for every element, in its order: nothing of a partial result is left out. */
export function rowsOf(entries: readonly ListEntry[], { accepted, rejected }: PublishResult): readonly Row[] {
  const taken = new Set(accepted.map(({ index }) => index));
  const refused = new Map(rejected.map((each) => [each.index, each]));
  let sent = 0;
  return entries.map((entry, index): Row => {
    const position = index + 1;
    if (entry.kind === 'mistake') {
      const { line, column, message } = entry.mistake;
      const detail = `Line ${line}, column ${column}: ${message}`;
      return { position, id: '', type: '', outcome: 'rejected', code: 'NOT_JSON', detail, errors: [] };
    }
    const { id, type } = named(entry.event);
    const at = sent++;
    if (taken.has(at)) return { position, id, type, outcome: 'accepted' };
    return { position, id, type, ...refusal(refused.get(at)) };
  });
}

function refusal(found: RejectedEvent | undefined) {
  if (found === undefined) {
    const detail = 'Nothing is known of it; send it again with the same id';
    return { outcome: 'unknown' as const, code: 'NO_ANSWER', detail, errors: [] };
  }
  const { code, detail, errors, outcome } = found;
  return { outcome: outcome === 'unknown' ? ('unknown' as const) : ('rejected' as const), code, detail, errors };
}

function named(event: unknown): { readonly id: string; readonly type: string } {
  const { id, type } = (event ?? {}) as Readonly<Record<string, unknown>>;
  return { id: typeof id === 'string' ? id : '', type: typeof type === 'string' ? type : '' };
}
