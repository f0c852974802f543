import type { Filter, TidingsEvent } from '@tidings/client';
import type { HistoryReader } from './read-history.ts';

/** Where the lines of an export go. */
export interface ExportSink {
  write(text: string): Promise<void>;
}

export type ExportBeginning = { readonly after: number } | { readonly since: string };

/** How far an export has come. */
export interface ExportProgress {
  /** Events that were written. */
  readonly written: number;
  /** Bytes of UTF-8 that were written. */
  readonly bytes: number;
  /** Everything up to here was written, or was not asked for; 0 before the first page. */
  readonly through: number;
}

export interface ExportOutcome extends ExportProgress {
  /** `cut`: history was cut meanwhile, so what comes next is gone. */
  readonly end: 'complete' | 'cancelled' | 'cut' | 'failed';
  readonly error?: unknown;
}

export interface ExportRequest {
  readonly history: HistoryReader;
  readonly beginning: ExportBeginning;
  readonly filter: Filter;
  /** The last number to write: the head when it was begun. What comes meanwhile is for another export. */
  readonly through: number;
  readonly sink: ExportSink;
  readonly onProgress: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

/** Events that are fetched at once; the hub gives fewer where they are large. */
const AT_ONCE = 1000;

/**
 * Writes events as NDJSON, one JSON object a line, page by page: one page is in memory, however many there are. The next is
 * asked for when the last was written. Never throws: it says how far it came.
 */
export async function exportEvents(request: ExportRequest): Promise<ExportOutcome> {
  const { history, filter, through: last, sink, onProgress, signal } = request;
  const encoder = new TextEncoder();
  let progress: ExportProgress = { written: 0, bytes: 0, through: 0 };
  try {
    let passed = -1;
    let beginning: Parameters<HistoryReader['page']>[0] = request.beginning;
    while (true) {
      const page = await history.page({ ...beginning, limit: AT_ONCE, filter, signal });
      if (page.kind === 'reset') return { ...progress, end: 'cut' };
      const wanted = page.events.filter(({ sequence }) => Number(sequence) <= last);
      const text = linesOf(wanted);
      if (text !== '') await sink.write(text);
      progress = {
        written: progress.written + wanted.length,
        bytes: progress.bytes + encoder.encode(text).length,
        through: Math.min(page.through, last),
      };
      onProgress(progress);
      if (signal.aborted) return { ...progress, end: 'cancelled' };
      if (page.through >= Math.min(last, page.head)) return { ...progress, end: 'complete' };
      if (page.through <= passed) throw new Error(`The hub does not go on after ${passed}`);
      passed = page.through;
      beginning = { after: { epoch: page.epoch, sequence: page.through } };
    }
  } catch (error) {
    return signal.aborted ? { ...progress, end: 'cancelled' } : { ...progress, end: 'failed', error };
  }
}

const linesOf = (events: readonly TidingsEvent[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** A name for the file that tells what is in it, and not whose it is. */
export function exportName(beginning: ExportBeginning, through: number): string {
  const from =
    'since' in beginning ? `since-${beginning.since.replace(/\.\d+/, '').replaceAll(':', '-')}` : beginning.after + 1;
  return `tidings-events-${from}-through-${through}.ndjson`;
}
