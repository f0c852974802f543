import { asEventId, asSequence, asTenantId, LIMITS, NO_EPOCH, type Sequence } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventLog } from '../adapters/memory/event-log.ts';
import type { Audience, Recipient } from './identity.ts';
import type { EventLog } from './ports/event-log.ts';
import { type PageRequest, readPage } from './read-page.ts';

const tenant = asTenantId('acme');
const reader: Recipient = {
  tenant,
  subject: 'alice',
  organizations: [],
  roles: [],
  expiresAt: 4_000_000_000,
  mayRead: true,
};
const START = new Date('2026-03-01T12:00:00Z');
const at = (sequence: number, epoch = 'epoch') => ({ epoch, sequence: asSequence(sequence) });
const bare = (sequence: number): Sequence => asSequence(sequence);

describe('reading a page', () => {
  let now = START;
  let log: EventLog;
  beforeEach(() => {
    now = START;
    log = createMemoryEventLog({ now: () => now });
  });
  const passSeconds = (seconds: number): void => {
    now = new Date(now.getTime() + seconds * 1000);
  };

  const record = async (ids: readonly string[], audience: Audience = {}, seconds = 3600): Promise<void> => {
    const outcome = await log.commit({
      tenant,
      expected: await log.head(tenant),
      newEpoch: 'epoch',
      events: ids.map((id) => {
        const header = { id: asEventId(id), type: 'bank.test:created@v1', ...audience };
        const event = { specversion: '1.0', source: 's', tenantid: tenant, id: header.id, type: header.type };
        return { json: JSON.stringify(event), header };
      }),
      recordedAt: now,
      expiresAt: now.getTime() / 1000 + seconds,
    });
    expect(outcome.kind).toBe('committed');
  };

  /** The page or reset, with the ids of the events in place of their text. */
  const read = async (start: PageRequest['start'], request: Partial<Omit<PageRequest, 'start'>> = {}, from = log) => {
    const result = await readPage(
      reader,
      { start, wants: () => true, limit: 100, bytes: LIMITS.pageBytes, ...request },
      from,
    );
    if (result.kind === 'reset') return result;
    return { ...result, events: result.events.map(({ json }) => JSON.parse(json).id as string) };
  };

  describe('that can be continued from its start', () => {
    it('is empty for a tenant without events, whatever it starts with', async () => {
      const empty = { kind: 'page', from: 1, through: 0, head: { epoch: NO_EPOCH, sequence: 0 }, events: [] };
      expect(await read('oldest')).toEqual(empty);
      expect(await read(bare(0))).toEqual(empty);
      expect(await read(bare(7))).toEqual(empty);
      expect(await read(at(0, NO_EPOCH))).toEqual(empty);
    });

    it('holds what follows the cursor, up to the head', async () => {
      await record(['a', 'b', 'c']);
      expect(await read(at(1))).toEqual({ kind: 'page', from: 2, through: 3, head: at(3), events: ['b', 'c'] });
    });

    it('is empty, and ends with the head, for who has seen everything', async () => {
      await record(['a', 'b']);
      expect(await read(at(2))).toEqual({ kind: 'page', from: 3, through: 2, head: at(2), events: [] });
    });

    it('gives each event with its sequence', async () => {
      await record(['a', 'b']);
      const page = await readPage(reader, { start: at(1), wants: () => true, limit: 9, bytes: 9999 }, log);
      expect(page).toMatchObject({ events: [{ sequence: 2, json: expect.stringContaining('"id":"b"') }] });
    });

    it('ends with the event before the one that would be too many, and goes on there', async () => {
      await record(['a', 'b', 'c']);
      expect(await read(at(0), { limit: 2 })).toMatchObject({ events: ['a', 'b'], through: 2 });
      expect(await read(at(2), { limit: 2 })).toMatchObject({ events: ['c'], from: 3, through: 3 });
    });

    it('ends before the event that would be too large, but gives at least one', async () => {
      await record(['a', 'b', 'c']);
      expect(await read(at(0), { bytes: 1 })).toMatchObject({ events: ['a'], through: 1 });
    });

    it('moves the cursor over what is not for the reader', async () => {
      await record(['a'], { users: ['bob'] });
      await record(['b']);
      await record(['c', 'd'], { roles: ['boss'] });
      expect(await read(at(0))).toMatchObject({ events: ['b'], from: 1, through: 4 });
      expect(await read(at(0), { limit: 1 })).toMatchObject({ events: ['b'], through: 4 });
      expect(await read(at(0), { wants: () => false })).toMatchObject({ events: [], through: 4 });
    });

    it('asks what the reader wants only of what it may see', async () => {
      await record(['secret'], { users: ['bob'] });
      await record(['open']);
      const asked: string[] = [];
      const wants = ({ id }: { id: string }) => asked.push(id) > 0;
      await read(at(0), { wants });
      expect(asked).toEqual(['open']);
    });

    it('fetches only the events that go into the page', async () => {
      await record(['a', 'b', 'c', 'd']);
      const fetched: string[] = [];
      const readEvents: EventLog['readEvents'] = (of, ids) => {
        fetched.push(...ids);
        return log.readEvents(of, ids);
      };
      await read(at(1), { wants: ({ id }) => id !== 'c', limit: 1 }, { ...log, readEvents });
      expect(fetched).toEqual(['b']);
    });

    it('ends after 20,000 headers that are not for the reader, and goes on there', async () => {
      const ids = Array.from({ length: 20_600 }, (_, i) => `e${i}`);
      await record(ids, { users: ['bob'] });
      await record(['mine']);
      expect(await read(at(0))).toMatchObject({ events: [], through: 20_000 });
      expect(await read(at(20_000))).toMatchObject({ events: ['mine'], through: 20_601 });
    });

    it('never goes above the head that it names, though more is recorded meanwhile', async () => {
      await record(['a']);
      const head: EventLog['head'] = async (of) => {
        const before = await log.head(of);
        await record(['b']);
        return before;
      };
      expect(await read(at(0), {}, { ...log, head })).toMatchObject({ events: ['a'], through: 1, head: at(1) });
    });
  });

  describe('that starts with the oldest, or with a bare sequence, makes no claim', () => {
    it('and begins with the first event that is still there, without a reset', async () => {
      await record(['a', 'b'], {}, 10);
      await record(['c', 'd']);
      passSeconds(10);
      expect(await read('oldest')).toEqual({ kind: 'page', from: 3, through: 4, head: at(4), events: ['c', 'd'] });
      expect(await read(bare(0))).toMatchObject({ kind: 'page', from: 3, events: ['c', 'd'] });
      expect(await read(bare(1))).toMatchObject({ kind: 'page', from: 3, events: ['c', 'd'] });
      expect(await read(bare(3))).toMatchObject({ kind: 'page', from: 4, events: ['d'] });
    });

    it('and is empty up to the head when everything is past its time', async () => {
      await record(['a', 'b'], {}, 10);
      passSeconds(10);
      const empty = { kind: 'page', from: 3, through: 2, head: at(2), events: [] };
      expect(await read('oldest')).toEqual(empty);
      expect(await read(bare(1))).toEqual(empty);
    });

    it('and does not run past the head', async () => {
      await record(['a']);
      expect(await read(bare(999))).toEqual({ kind: 'page', from: 2, through: 1, head: at(1), events: [] });
    });

    it('but is cut by a gap behind its first event like any other', async () => {
      await record(['a']);
      await record(['b'], {}, 10);
      await record(['c']);
      passSeconds(10);
      expect(await read('oldest')).toEqual({ kind: 'page', from: 1, through: 1, head: at(3), events: ['a'] });
      expect(await read(at(1))).toEqual({ kind: 'reset', reason: 'retention', head: at(3), oldest: 3 });
    });

    it('and begins behind an event that goes while it is read', async () => {
      await record(['a'], {}, 10);
      await record(['b']);
      const readEvents: EventLog['readEvents'] = (of, ids) => {
        now = new Date(START.getTime() + 10_000);
        return log.readEvents(of, ids);
      };
      expect(await read('oldest', {}, { ...log, readEvents })).toMatchObject({ from: 2, through: 2, events: ['b'] });
    });
  });

  describe('is a reset', () => {
    it('if what follows the cursor is past its time, and says where the rest begins', async () => {
      await record(['a', 'b', 'c'], {}, 10);
      await record(['d']);
      passSeconds(9);
      expect(await read(at(1))).toMatchObject({ kind: 'page', events: ['b', 'c', 'd'] });
      passSeconds(1);
      expect(await read(at(1))).toEqual({ kind: 'reset', reason: 'retention', head: at(4), oldest: 4 });
    });

    it('never for a cursor that has seen all that is gone', async () => {
      await record(['a', 'b'], {}, 10);
      await record(['c']);
      passSeconds(10);
      expect(await read(at(2))).toMatchObject({ kind: 'page', from: 3, events: ['c'] });
      expect(await read(at(3))).toMatchObject({ kind: 'page', events: [] });
      passSeconds(3600);
      expect(await read(at(3))).toMatchObject({ kind: 'page', from: 4, through: 3, events: [] });
    });

    it('with one above the head as the oldest, if nothing is left', async () => {
      await record(['a', 'b'], {}, 10);
      passSeconds(10);
      expect(await read(at(1))).toEqual({ kind: 'reset', reason: 'retention', head: at(2), oldest: 3 });
      expect(await read(at(2))).toMatchObject({ kind: 'page', events: [] });
    });

    it('also if what is gone was for somebody else: nobody can know that any more', async () => {
      await record(['a'], { users: ['bob'] }, 10);
      await record(['b']);
      passSeconds(10);
      expect(await read(at(0))).toMatchObject({ kind: 'reset', reason: 'retention', oldest: 2 });
    });

    it('with the next page, if the gap comes after events: the page ends before it', async () => {
      await record(['a']);
      await record(['b'], {}, 10);
      await record(['c']);
      passSeconds(10);
      expect(await read(at(0))).toMatchObject({ kind: 'page', events: ['a'], from: 1, through: 1, head: at(3) });
      expect(await read(at(1))).toEqual({ kind: 'reset', reason: 'retention', head: at(3), oldest: 3 });
      expect(await read(at(2))).toMatchObject({ kind: 'page', events: ['c'], through: 3 });
    });

    it('with the next page: the log is not read on behind a gap', async () => {
      await record(['a']);
      await record(['b'], {}, 10);
      await record(['c']);
      passSeconds(10);
      let reads = 0;
      const readLedger: EventLog['readLedger'] = (...range) => {
        reads += 1;
        return log.readLedger(...range);
      };
      await read(at(0), {}, { ...log, readLedger });
      expect(reads).toBe(1);
    });

    it('with the next page, if the gap comes after events that are not for the reader', async () => {
      await record(['a'], { users: ['bob'] });
      await record(['b'], {}, 10);
      await record(['c']);
      passSeconds(10);
      expect(await read(at(0))).toMatchObject({ kind: 'page', events: [], through: 1 });
      expect(await read(at(1))).toMatchObject({ kind: 'reset', reason: 'retention', oldest: 3 });
    });

    it('with the next page, if the last events of the log are gone', async () => {
      await record(['a']);
      await record(['b'], {}, 10);
      passSeconds(10);
      expect(await read(at(0))).toMatchObject({ kind: 'page', events: ['a'], through: 1, head: at(2) });
      expect(await read(at(1))).toEqual({ kind: 'reset', reason: 'retention', head: at(2), oldest: 3 });
    });

    it('for a gap between two reads of the ledger', async () => {
      await record(Array.from({ length: 500 }, (_, i) => `a${i}`));
      await record(['gone'], {}, 10);
      await record(['z']);
      passSeconds(10);
      expect(await read(at(0), { limit: 1000 })).toMatchObject({ kind: 'page', through: 500 });
      expect(await read(at(500))).toMatchObject({ kind: 'reset', oldest: 502 });
    });

    it('for a cursor of another history, though its number would fit', async () => {
      await record(['a', 'b']);
      const reset = { kind: 'reset', reason: 'epoch', head: at(2), oldest: 1 };
      expect(await read(at(1, 'other'))).toEqual(reset);
      expect(await read(at(0, 'other'))).toEqual(reset);
      expect(await read(at(99, 'other'))).toEqual(reset);
      expect(await read(at(1, NO_EPOCH))).toEqual(reset);
    });

    it('for a cursor of a history that is empty now', async () => {
      const head = { epoch: NO_EPOCH, sequence: 0 };
      expect(await read(at(5))).toEqual({ kind: 'reset', reason: 'epoch', head, oldest: 1 });
    });

    it('for a cursor ahead of the head', async () => {
      await record(['a'], {}, 10);
      await record(['b']);
      passSeconds(10);
      expect(await read(at(3))).toEqual({ kind: 'reset', reason: 'ahead', head: at(2), oldest: 2 });
      expect(await read(at(Number.MAX_SAFE_INTEGER))).toMatchObject({ reason: 'ahead', oldest: 2 });
      expect(await read(at(1, NO_EPOCH), {}, createMemoryEventLog({ now: () => now }))).toMatchObject({
        reason: 'ahead',
        head: { epoch: NO_EPOCH, sequence: 0 },
        oldest: 1,
      });
    });

    it('for who saw the tenant without events, if its first events are gone; and not while they are there', async () => {
      await record(['a'], {}, 10);
      await record(['b']);
      expect(await read(at(0, NO_EPOCH))).toMatchObject({ kind: 'page', from: 1, events: ['a', 'b'] });
      passSeconds(10);
      expect(await read(at(0, NO_EPOCH))).toEqual({ kind: 'reset', reason: 'retention', head: at(2), oldest: 2 });
      expect(await read(at(0))).toMatchObject({ kind: 'reset', reason: 'retention' });
    });

    it('after which the reader can go on just before the oldest', async () => {
      await record(['a', 'b'], {}, 10);
      await record(['c']);
      passSeconds(10);
      const reset = await read(at(0));
      expect(reset).toMatchObject({ kind: 'reset', oldest: 3 });
      expect(await read(at(2))).toMatchObject({ kind: 'page', from: 3, events: ['c'] });
    });
  });

  describe('whose events go between the ledger and their fetch', () => {
    /** The log, with something happening each time just before events are fetched. */
    const whileFetching = (happen: () => Promise<void> | void): EventLog => ({
      ...log,
      readEvents: async (of, ids) => {
        await happen();
        return log.readEvents(of, ids);
      },
    });

    it('is a reset if the first one goes, and ends before one that goes later', async () => {
      await record(['a']);
      await record(['b'], {}, 10);
      await record(['c']);
      const expiring = whileFetching(() => {
        now = new Date(START.getTime() + 10_000);
      });
      expect(await read(at(0), {}, expiring)).toMatchObject({ kind: 'page', events: ['a'], through: 1 });
      now = START;
      expect(await read(at(1), {}, expiring)).toMatchObject({ kind: 'reset', reason: 'retention', oldest: 3 });
    });

    it('does not take a new event for the one that had its id before', async () => {
      await record(['again'], {}, 10);
      await record(['b']);
      let isRecorded = false;
      const recordingAgain = whileFetching(async () => {
        now = new Date(START.getTime() + 10_000);
        if (!isRecorded) await record(['again']);
        isRecorded = true;
      });
      expect(await read(at(0), {}, recordingAgain)).toMatchObject({ kind: 'reset', reason: 'retention', oldest: 2 });
    });

    it('does not try for ever to get an event that the ledger names and the log has lost', async () => {
      await record(['lost', 'b']);
      const losing: EventLog = {
        ...log,
        readEvents: (of, ids) =>
          log.readEvents(
            of,
            ids.filter((id) => id !== 'lost'),
          ),
      };
      expect(await read(at(0), {}, losing)).toMatchObject({ kind: 'reset', reason: 'retention', oldest: 2 });
      expect(await read(at(1), {}, losing)).toMatchObject({ kind: 'page', events: ['b'] });
    });
  });
});
