import type { CompleteEvent } from '@tidings/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_MAPPING, account, change } from '../../test/account-changes.ts';
import { eventIdOf } from './event-id.ts';
import type { Item } from './item-values.ts';
import { type ChangePorts, type PutOutcome, publishChanges } from './publish-changes.ts';
import type { StreamRecord } from './stream-record.ts';

const ACCEPTED: PutOutcome = { kind: 'accepted' };

/** A bus that takes what the script lets it, and a queue beside it. */
function world(answer: (event: CompleteEvent, request: number) => PutOutcome = () => ACCEPTED) {
  const requests: CompleteEvent[][] = [];
  const accepted: CompleteEvent[] = [];
  const parked: { number: string; code: string }[] = [];
  const ports: ChangePorts = {
    limits: { events: 10, bytes: 10_000 },
    bytesOf: (event) => JSON.stringify(event).length,
    put: async (events) => {
      requests.push([...events]);
      const outcomes = events.map((event) => answer(event, requests.length));
      accepted.push(...events.filter((_, index) => outcomes[index]?.kind === 'accepted'));
      return outcomes;
    },
    park: async ({ dynamodb }, { code }) => void parked.push({ number: dynamodb.SequenceNumber, code }),
  };
  return { ports, requests, accepted, parked };
}

const publish = (records: readonly StreamRecord[], ports: ChangePorts) =>
  publishChanges(records, ACCOUNT_MAPPING, ports);
const item = (id: number, status = 'open'): Item =>
  account({ SK: { S: `ACCOUNT#${id}` }, accountId: { S: uuid(id) }, status: { S: status } });
const uuid = (id: number) => `0d9f6a52-7c1e-4b38-9a64-${String(id).padStart(12, '0')}`;
/** An account that is opened, blocked and closed. */
const life = (id: number, from: number): readonly StreamRecord[] => [
  change(from, undefined, item(id)),
  change(from + 1, item(id), item(id, 'blocked')),
  change(from + 2, item(id, 'blocked'), undefined),
];

describe('a batch of changes', () => {
  it('goes by ten, and never with two changes of one item in a request', async () => {
    const { ports, requests } = world();
    const creations = Array.from({ length: 12 }, (_, id) => change(id, undefined, item(id)));
    await publish([...creations, ...life(50, 100)], { ...ports, limits: { events: 10, bytes: 1_000_000 } });
    expect(requests.map(({ length }) => length)).toEqual([10, 3, 1, 1]);
    for (const events of requests) expect(new Set(events.map(({ subject }) => subject)).size).toBe(events.length);
  });

  it('is split by bytes', async () => {
    const { ports, requests } = world();
    await publish([change(1, undefined, item(1))], ports);
    const [first] = requests.splice(0).flat();
    const bytes = JSON.stringify(first).length * 2 + 10;
    const creations = Array.from({ length: 5 }, (_, id) => change(id, undefined, item(id)));
    await publish(creations, { ...ports, limits: { events: 10, bytes } });
    expect(requests.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('stops at the first change that fails for now, and parks nothing of what comes again', async () => {
    const { ports, accepted, parked } = world(({ subject }) =>
      subject?.endsWith('2') ? { kind: 'failed', reason: 'ThrottlingException' } : ACCEPTED,
    );
    const records = [1, 2, 3].map((id) => change(id, undefined, item(id)));
    const broken = change(4, undefined, account({ kind: { S: 'none' } }));
    const result = await publish([...records, broken], ports);
    expect(result).toMatchObject({ failed: { record: records[1], reason: 'ThrottlingException' } });
    expect(accepted.map(({ subject }) => subject)).toEqual([`account/${uuid(1)}`, `account/${uuid(3)}`]);
    expect(parked).toEqual([]);
  });

  it('goes on past what can never be published, which is put aside with its reason', async () => {
    const { ports, accepted, parked } = world(({ subject }) =>
      subject?.endsWith('3') ? { kind: 'refused', reason: 'MalformedDetail' } : ACCEPTED,
    );
    const broken = change(2, undefined, account({ kind: { S: 'none' } }));
    const records = [
      change(1, undefined, item(1)),
      broken,
      change(3, undefined, item(3)),
      change(4, undefined, item(4)),
    ];
    expect(await publish(records, ports)).toMatchObject({
      published: 2,
      parked: [{ code: 'EVENT_DATA_INVALID' }, { code: 'BUS_REFUSED' }],
    });
    expect(accepted).toHaveLength(2);
    expect(parked.map(({ code }) => code)).toEqual(['EVENT_DATA_INVALID', 'BUS_REFUSED']);
  });

  it('waits with what cannot even be put aside', async () => {
    const { ports } = world();
    const records = [change(1, undefined, item(1)), change(2, undefined, account({ kind: { S: 'none' } }))];
    const park = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    const { failed } = await publish(records, { ...ports, park });
    expect(failed).toEqual({ record: records[1], reason: 'cannot be put aside (AccessDenied)' });
  });

  it('counts an event as accepted only if the bus says so', async () => {
    const { ports } = world();
    const records = [change(1, undefined, item(1))];
    const { failed } = await publish(records, { ...ports, put: async () => [] });
    expect(failed).toMatchObject({ reason: 'no answer' });
  });
});

describe('the ids of events', () => {
  it('differ for each change, table, entity and version', () => {
    const record = change(1, undefined, item(1));
    const copy = { ...record, eventSourceARN: record.eventSourceARN.replace('accounts', 'copies') };
    const other = { entity: 'bank.card', version: 'v1' };
    const ids = [
      eventIdOf(record, ACCOUNT_MAPPING, 'created'),
      eventIdOf(copy, ACCOUNT_MAPPING, 'created'),
      eventIdOf({ ...record, eventID: 'other' }, ACCOUNT_MAPPING, 'created'),
      eventIdOf(record, other, 'created'),
      eventIdOf(record, { ...other, version: 'v2' }, 'created'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    // A stream that was switched off and on has another name, and other changes.
    const renamed = { ...record, eventSourceARN: record.eventSourceARN.replace('2026', '2027') };
    expect(eventIdOf(renamed, ACCOUNT_MAPPING, 'created')).toBe(ids[0]);
  });

  it('are one for each change, and the changes of an item in order, however the stream is repeated, split and interrupted', async () => {
    const records = [1, 2, 3].flatMap((id) => life(id, id * 10)).toSorted((a, b) => (a.eventID < b.eventID ? -1 : 1));
    const whole = world();
    await publish(records, whole.ports);
    const expected = whole.accepted.map(({ id }) => id);
    expect(new Set(expected).size).toBe(records.length);

    const fault = fc.constantFrom<PutOutcome | undefined>(undefined, undefined, { kind: 'failed', reason: 'x' });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: records.length }), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fault),
        fc.infiniteStream(fc.boolean()),
        async (sizes, faults, repeats) => {
          const { ports, accepted } = world(() => faults.next().value ?? ACCEPTED);
          const stream = [...sizes, records.length];
          let at = 0;
          for (let turn = 0; at < records.length && turn < 500; turn += 1) {
            const batch = records.slice(at, at + (stream[turn % stream.length] ?? 1));
            const { failed } = await publish(batch, ports);
            // A worker that is killed after its work: the whole batch comes again.
            if (repeats.next().value === true && turn % 3 === 0) continue;
            at = failed === undefined ? at + batch.length : records.indexOf(failed.record);
          }
          const first = accepted.filter(({ id }, index) => accepted.findIndex((each) => each.id === id) === index);
          expect(new Set(first.map(({ id }) => id))).toEqual(new Set(expected));
          for (const subject of new Set(first.map((event) => event.subject))) {
            const numbers = first
              .filter((event) => event.subject === subject)
              .map((event) => String(event['changenumber']));
            expect(numbers).toEqual(numbers.toSorted());
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
