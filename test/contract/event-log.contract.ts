import { asEventId, asSequence, asTenantId, EMPTY_HEAD, type Head, padSequence } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Commit, EventLog, NewEvent } from '../../lambdas/core/ports/event-log.ts';

/** A log and the clock that it looks at. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Makes the log's clock show this time from now on. */
  setTime(time: Date): void;
}

const START = new Date('2026-03-01T12:00:00.000Z');
const DAY_SECONDS = 86_400;
const NOTHING: Head = EMPTY_HEAD;

const event = (id: string, extra: Record<string, unknown> = {}): NewEvent => ({
  json: JSON.stringify({
    specversion: '1.0',
    id,
    source: 'com.tidings.bank',
    type: 'bank.test:created@v1',
    tenantid: 't',
    data: { id },
    ...extra,
  }),
  header: { id: asEventId(id), type: 'bank.test:created@v1' },
});

let tenants = 0;

/**
 * What every event log must do. A factory is given instead of a log, because each test wants a clock of its own; the
 * store below may be shared, because each test has a tenant of its own.
 */
export function describeEventLog(name: string, create: () => LogUnderTest | Promise<LogUnderTest>): void {
  describe(`event log: ${name}`, () => {
    let log: EventLog;
    let setTime: LogUnderTest['setTime'];
    let tenant = asTenantId('');

    beforeEach(async () => {
      tenants += 1;
      tenant = asTenantId(`tenant-${process.pid}-${tenants}`);
      ({ log, setTime } = await create());
      setTime(START);
    });

    const commit = (expected: Head, ids: readonly (string | NewEvent)[], options: Partial<Commit> = {}) =>
      log.commit({
        tenant,
        expected,
        newEpoch: 'epoch-1',
        events: ids.map((id) => (typeof id === 'string' ? event(id) : id)),
        recordedAt: START,
        expiresAt: START.getTime() / 1000 + DAY_SECONDS,
        ...options,
      });

    const committed = async (expected: Head, ids: readonly string[], options: Partial<Commit> = {}): Promise<Head> => {
      const outcome = await commit(expected, ids, options);
      expect(outcome.kind).toBe('committed');
      return outcome.kind === 'committed' ? outcome.head : NOTHING;
    };

    const ledgerIds = async (after: number, upTo: number): Promise<string[]> => {
      const { events } = await log.readLedger(tenant, asSequence(after), asSequence(upTo), 1000);
      return events.map(({ id, sequence }) => `${sequence}:${id}`);
    };

    it('has a head of 0 and the empty epoch for a tenant without events', async () => {
      expect(await log.head(tenant)).toEqual(NOTHING);
    });

    it('numbers events from 1 without a gap, over several commits', async () => {
      const first = await committed(NOTHING, ['a', 'b']);
      expect(first).toEqual({ epoch: 'epoch-1', sequence: 2 });
      const second = await committed(first, ['c'], { newEpoch: 'not-taken' });
      expect(second).toEqual({ epoch: 'epoch-1', sequence: 3 });
      expect(await log.head(tenant)).toEqual(second);
      expect(await ledgerIds(0, 3)).toEqual(['1:a', '2:b', '3:c']);
    });

    it('refuses a commit on a head that has moved, and writes nothing of it', async () => {
      const head = await committed(NOTHING, ['a']);
      const outcome = await commit(NOTHING, ['b']);
      expect(outcome).toEqual({ kind: 'head-moved', found: head });
      expect(await commit({ epoch: 'epoch-1', sequence: asSequence(7) }, ['b'])).toEqual({
        kind: 'head-moved',
        found: head,
      });
      expect(await ledgerIds(0, 10)).toEqual(['1:a']);
      expect(await log.readEvents(tenant, [asEventId('b')])).toEqual(new Map());
    });

    it('refuses a commit that counts in another epoch', async () => {
      const head = await committed(NOTHING, ['a']);
      const outcome = await commit({ epoch: 'another', sequence: asSequence(1) }, ['b']);
      expect(outcome).toEqual({ kind: 'head-moved', found: head });
    });

    it('refuses ids that are recorded, names just those, and writes nothing of the commit', async () => {
      const head = await committed(NOTHING, ['a', 'b']);
      const outcome = await commit(head, ['c', 'b', 'd', 'a']);
      expect(outcome).toEqual({ kind: 'duplicates', ids: new Set(['a', 'b']) });
      expect(await log.head(tenant)).toEqual(head);
      expect(await log.readEvents(tenant, [asEventId('c'), asEventId('d')])).toEqual(new Map());
    });

    it('lets exactly one of many concurrent commits on one head through', async () => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => commit(NOTHING, [`e${i}`])));
      expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
      expect((await log.head(tenant)).sequence).toBe(1);
      expect(await ledgerIds(0, 1)).toHaveLength(1);
    });

    it('gives an event back as it was put, with its sequence and the time of recording', async () => {
      await committed(NOTHING, ['x']);
      const head = { epoch: 'epoch-1', sequence: asSequence(1) };
      const data = { text: 'ü€😀 \u2028', number: 0.1, nested: [{ a: null }] };
      const outcome = await commit(head, [event('y', { data, organizationids: 'o1,o2' })]);
      expect(outcome.kind).toBe('committed');
      const json = (await log.readEvents(tenant, [asEventId('y')])).get(asEventId('y')) ?? '';
      expect(JSON.parse(json)).toEqual({
        ...JSON.parse(event('y', { data, organizationids: 'o1,o2' }).json),
        sequence: padSequence(asSequence(2)),
        recordedtime: START.toISOString(),
      });
    });

    it('keeps in the ledger what audience and filter look at, and the size', async () => {
      const header = { subject: 'transaction/1', organizations: ['o1'], users: ['u1', 'u2'], roles: ['r'] };
      const one = event('z');
      await commit(NOTHING, [{ ...one, header: { ...one.header, ...header } }]);
      const { events } = await log.readLedger(tenant, asSequence(0), asSequence(1), 10);
      const json = (await log.readEvents(tenant, [asEventId('z')])).get(asEventId('z')) ?? '';
      expect(events).toEqual([{ ...one.header, ...header, sequence: 1, bytes: Buffer.byteLength(json) }]);
    });

    it('reads the ledger from the middle of a commit, and never above the head asked for', async () => {
      const first = await committed(NOTHING, ['a', 'b', 'c']);
      await committed(first, ['d']);
      expect(await ledgerIds(1, 3)).toEqual(['2:b', '3:c']);
      expect(await ledgerIds(2, 4)).toEqual(['3:c', '4:d']);
      expect(await ledgerIds(4, 4)).toEqual([]);
    });

    it('pages through the ledger without gap or repeat', async () => {
      let head = NOTHING;
      for (let i = 0; i < 7; i += 1) head = await committed(head, [`p${i}`]);
      const seen: number[] = [];
      let after = asSequence(0);
      while (after < head.sequence) {
        const page = await log.readLedger(tenant, after, head.sequence, 2);
        expect(page.through).toBeGreaterThan(after);
        seen.push(...page.events.map(({ sequence }) => sequence));
        after = page.through;
      }
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('never gives more events than were asked for, though a commit holds more', async () => {
      const head = await committed(NOTHING, ['a', 'b', 'c', 'd', 'e']);
      const page = await log.readLedger(tenant, asSequence(1), head.sequence, 2);
      expect(page).toMatchObject({ events: [{ id: 'b' }, { id: 'c' }], through: 3 });
      const rest = await log.readLedger(tenant, page.through, head.sequence, 2);
      expect(rest).toMatchObject({ events: [{ id: 'd' }, { id: 'e' }], through: 5 });
    });

    it('reads more events at once than one request of the store takes', async () => {
      const ids = Array.from({ length: 250 }, (_, i) => `n${i}`);
      let head = NOTHING;
      for (let at = 0; at < ids.length; at += 90) head = await committed(head, ids.slice(at, at + 90));
      const found = await log.readEvents(tenant, ids.map(asEventId));
      expect([...found.keys()].toSorted()).toEqual(ids.toSorted());
    });

    it('treats what is past its time as gone, though it is still there', async () => {
      const head = await committed(NOTHING, ['old']);
      const later = new Date(START.getTime() + DAY_SECONDS * 1000);
      setTime(new Date(later.getTime() - 1));
      expect(await ledgerIds(0, 1)).toEqual(['1:old']);
      setTime(later);
      expect(await ledgerIds(0, 1)).toEqual([]);
      expect(await log.readEvents(tenant, [asEventId('old')])).toEqual(new Map());
      expect(await log.head(tenant)).toEqual(head);
    });

    it('takes an id again once its event is past its time, and not a second before', async () => {
      const head = await committed(NOTHING, ['again']);
      const later = new Date(START.getTime() + DAY_SECONDS * 1000);
      const before = new Date(later.getTime() - 1000);
      const expiresAt = later.getTime() / 1000 + DAY_SECONDS;
      expect((await commit(head, ['again'], { recordedAt: before, expiresAt })).kind).toBe('duplicates');
      expect((await commit(head, ['again'], { recordedAt: later, expiresAt })).kind).toBe('committed');
    });

    it('keeps tenants and ids apart that would collide if they were joined carelessly', async () => {
      const pairs = [
        ['a#b', 'c'],
        ['a', 'b#c'],
        ['a%23b', 'c'],
        ['a%', '23b#c'],
        ['b', '%h'],
      ] as const;
      for (const [name, id] of pairs) {
        const of = asTenantId(`${tenant}-${name}`);
        expect((await commit(NOTHING, [id], { tenant: of })).kind).toBe('committed');
        expect((await log.head(of)).sequence).toBe(1);
        const [entry] = (await log.readLedger(of, asSequence(0), asSequence(1), 10)).events;
        expect(entry?.id).toBe(id);
      }
    });

    it('takes identifiers of 256 characters of four bytes each, and keeps them apart', async () => {
      const long = asTenantId(`${'😀'.repeat(250)}${tenants}`);
      const ids = ['😀'.repeat(256), `${'😀'.repeat(255)}!`, '#'.repeat(256), '%'.repeat(256)];
      expect((await commit(NOTHING, ids, { tenant: long })).kind).toBe('committed');
      expect([...(await log.readEvents(long, ids.map(asEventId))).keys()].toSorted()).toEqual(ids.toSorted());
    });

    describe('the position of the fan-out', () => {
      const moveTo = (sequence: number, epoch = 'e1') =>
        log.moveFanOutPosition(tenant, { epoch, sequence: asSequence(sequence) });

      it('moves forward only', async () => {
        expect(await log.fanOutPosition(tenant)).toEqual(NOTHING);
        await moveTo(5);
        await moveTo(3);
        expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'e1', sequence: 5 });
        await moveTo(12);
        expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'e1', sequence: 12 });
      });

      it('keeps how a large tenant is served, and forgets it with the next move that does not say so', async () => {
        const split = { since: asSequence(3), at: Date.parse('2026-03-01T12:00:00Z') };
        await log.moveFanOutPosition(tenant, { epoch: 'e1', sequence: asSequence(5), split });
        expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'e1', sequence: 5, split });
        await moveTo(4);
        expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'e1', sequence: 5, split });
        await moveTo(6);
        expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'e1', sequence: 6 });
      });

      it('is one of the tenant and one of each shard', async () => {
        await moveTo(12);
        await log.moveFanOutPosition(tenant, { epoch: 'e1', sequence: asSequence(4) }, 0);
        await log.moveFanOutPosition(tenant, { epoch: 'e1', sequence: asSequence(3) }, 0);
        await log.moveFanOutPosition(tenant, { epoch: 'e1', sequence: asSequence(9) }, 31);
        const positions = [undefined, 0, 1, 31].map((shard) => log.fanOutPosition(tenant, shard));
        expect((await Promise.all(positions)).map(({ sequence }) => sequence)).toEqual([12, 4, 0, 9]);
      });

      it('goes into another history, to a lower number too, and forward only from there', async () => {
        await moveTo(12);
        await moveTo(2, 'e2');
        await moveTo(1, 'e2');
        expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'e2', sequence: 2 });
      });
    });
  });
}
