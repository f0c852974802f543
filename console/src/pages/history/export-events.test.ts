import { describe, expect, it } from 'vitest';
import { type ExportProgress, exportEvents, exportName } from './export-events.ts';
import { FakeHistory } from './fake-history.ts';

function begin(history: FakeHistory, others: Partial<Parameters<typeof exportEvents>[0]> = {}) {
  const texts: string[] = [];
  const progress: ExportProgress[] = [];
  const outcome = exportEvents({
    history,
    beginning: { after: 0 },
    filter: {},
    through: history.head,
    sink: { write: async (text) => void texts.push(text) },
    onProgress: (each) => progress.push(each),
    signal: new AbortController().signal,
    ...others,
  });
  const ids = () =>
    texts
      .join('')
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { id: string }).id);
  return { outcome, texts, progress, ids };
}

const idsOf = (from: number, through: number) => Array.from({ length: through - from + 1 }, (_, n) => `e${from + n}`);

describe('an export', () => {
  it('writes every event once, a line each, over all pages, and counts them', async () => {
    const history = new FakeHistory(25);
    history.pageSize = 10;
    const { outcome, ids, texts, progress } = begin(history);
    expect(await outcome).toEqual({
      end: 'complete',
      written: 25,
      through: 25,
      bytes: Buffer.byteLength(texts.join('')),
    });
    expect(ids()).toEqual(idsOf(1, 25));
    expect(progress.map(({ written, through }) => [written, through])).toEqual([
      [10, 10],
      [20, 20],
      [25, 25],
    ]);
  });

  it('ends with what was the head when it began', async () => {
    const history = new FakeHistory(20);
    const { outcome, ids } = begin(history, { through: 12, beginning: { after: 5 } });
    expect(await outcome).toMatchObject({ end: 'complete', written: 7, through: 12 });
    expect(ids()).toEqual(idsOf(6, 12));
  });

  it('keeps what it has written when the hub fails midway, and says how far it came', async () => {
    const history = new FakeHistory(30);
    history.pageSize = 10;
    const failure = new Error('no network');
    const { outcome, ids } = begin(history, {
      history: {
        page: (options) => (history.asked.length < 2 ? history.page(options) : Promise.reject(failure)),
      },
    });
    expect(await outcome).toMatchObject({ end: 'failed', written: 20, through: 20, error: failure });
    expect(ids()).toEqual(idsOf(1, 20));
  });

  it('says so when the disk takes no more', async () => {
    const failure = new Error('disk full');
    const { outcome } = begin(new FakeHistory(5), { sink: { write: () => Promise.reject(failure) } });
    expect(await outcome).toMatchObject({ end: 'failed', written: 0, error: failure });
  });

  it('is cancelled between pages', async () => {
    const history = new FakeHistory(30);
    history.pageSize = 10;
    const aborter = new AbortController();
    const { outcome, ids } = begin(history, {
      signal: aborter.signal,
      onProgress: ({ written }) => written === 20 && aborter.abort(),
    });
    expect(await outcome).toMatchObject({ end: 'cancelled', written: 20, through: 20 });
    expect(ids()).toEqual(idsOf(1, 20));
  });

  it('says so when history is cut meanwhile', async () => {
    const history = new FakeHistory(30);
    history.pageSize = 10;
    const { outcome } = begin(history, {
      onProgress: () => {
        history.epoch = 'second';
      },
    });
    expect(await outcome).toMatchObject({ end: 'cut', written: 10, through: 10 });
  });

  it('holds one page at a time', async () => {
    const history = new FakeHistory(30);
    history.pageSize = 10;
    let isWriting = false;
    const { outcome } = begin(history, {
      history: {
        page: (options) => {
          expect(isWriting).toBe(false);
          return history.page(options);
        },
      },
      sink: {
        write: async () => {
          isWriting = true;
          await Promise.resolve();
          isWriting = false;
        },
      },
    });
    expect((await outcome).written).toBe(30);
  });

  it('names its file by the range, and by nobody', () => {
    expect(exportName({ after: 41 }, 99)).toBe('tidings-events-42-through-99.ndjson');
    expect(exportName({ since: '2026-01-31T12:00:00.000Z' }, 99)).toBe(
      'tidings-events-since-2026-01-31T12-00-00Z-through-99.ndjson',
    );
  });
});
