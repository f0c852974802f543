import { describe, expect, it } from 'vitest';
import { ACCOUNT_MAPPING, account, change } from '../../test/account-changes.ts';
import { planEvents } from './plan-events.ts';
import type { StreamRecord } from './stream-record.ts';
import type { TableMapping } from './table-mapping.ts';
import { UnfitChange } from './unfit-change.ts';

const plan = (record: StreamRecord, mapping: Partial<TableMapping> = {}) =>
  planEvents(record, { ...ACCOUNT_MAPPING, ...mapping });
const typesOf = (record: StreamRecord, mapping: Partial<TableMapping> = {}) =>
  plan(record, mapping).map(({ type, tenantid, subject }) => ({ type, tenantid, subject }));
const refusal = (record: StreamRecord, mapping: Partial<TableMapping> = {}): UnfitChange => {
  try {
    plan(record, mapping);
  } catch (error) {
    if (error instanceof UnfitChange) return error;
    throw error;
  }
  throw new Error('Expected an unfit change');
};

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const subject = 'account/0d9f6a52-7c1e-4b38-9a64-2f5be1c07d13';

describe('a change of an item', () => {
  it('becomes the whole event that its mapping says', () => {
    const [event, ...others] = plan(change(1, undefined, account({ traceparent: { S: TRACE } })));
    expect(others).toEqual([]);
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[\w-]{43}$/),
      type: 'bank.account:created@v1',
      source: 'com.tidings.bank',
      subject,
      time: '2026-01-31T09:30:01.000Z',
      tenantid: 'acme',
      userids: 'kari,ola',
      actorid: 'kari',
      traceparent: TRACE,
      changenumber: '0000000000000000100000000000000000000001',
      data: {
        accountId: '0d9f6a52-7c1e-4b38-9a64-2f5be1c07d13',
        accountNumber: 'NO9386011117947',
        name: 'Daily expenses',
        kind: 'current',
        currency: 'NOK',
        status: 'open',
        holderIds: ['kari', 'ola'],
        openedOn: '2024-02-29',
      },
    });
  });

  it('is an update to what the item is, and a deletion of what it was', () => {
    const blocked = account({ status: { S: 'blocked' } });
    expect(plan(change(2, account(), blocked))).toMatchObject([
      { type: 'bank.account:updated@v1', data: { status: 'blocked' } },
    ]);
    expect(plan(change(3, blocked, undefined))).toMatchObject([
      { type: 'bank.account:deleted@v1', data: { status: 'blocked' } },
    ]);
  });

  it('is none if nothing changes that an event would say, unless all updates are to count', () => {
    const touched = account({ updatedBy: { S: 'ola' }, holderIds: { SS: ['ola', 'kari'] } });
    expect(plan(change(2, account(), touched))).toEqual([]);
    expect(typesOf(change(2, account(), touched), { updates: 'all' })).toEqual([
      { type: 'bank.account:updated@v1', tenantid: 'acme', subject },
    ]);
  });

  it('is unfit, and not passed over, if the item is fit for no event before and after it', () => {
    const hidden = account({ holderIds: undefined });
    const renamed = account({ holderIds: undefined, name: { S: 'Travel' } });
    expect(refusal(change(2, hidden, renamed))).toMatchObject({ code: 'ITEM_INCOMPLETE' });
    const image = (B: string) => account({ name: { B } });
    expect(refusal(change(3, image('AAAA'), image('BBBB')))).toMatchObject({ code: 'VALUE_UNFIT' });
  });

  it('is none if its kind is not to be published', () => {
    expect(plan(change(1, undefined, account()), { actions: ['deleted'] })).toEqual([]);
  });

  it('is a creation or a deletion for an item that becomes one that counts, or ceases to be', () => {
    const where = { SK: { beginsWith: 'ACCOUNT#' }, draft: { exists: false }, currency: 'NOK' };
    const draft = account({ draft: { BOOL: true } });
    expect(plan(change(1, undefined, draft), { where })).toEqual([]);
    expect(plan(change(2, draft, draft), { where })).toEqual([]);
    expect(typesOf(change(3, draft, account()), { where })).toMatchObject([{ type: 'bank.account:created@v1' }]);
    expect(typesOf(change(4, account(), draft), { where })).toMatchObject([{ type: 'bank.account:deleted@v1' }]);
    expect(plan(change(5, undefined, account({ SK: { S: 'CARD#1' } })), { where })).toEqual([]);
    expect(plan(change(6, undefined, account({ currency: { S: 'EUR' } })), { where })).toEqual([]);
  });

  it('is a deletion and a creation, with ids of their own, for an item that moves to another tenant', () => {
    const events = plan(change(2, account({ tenant: { S: 'a' } }), account({ tenant: { S: 'b' } })), {
      tenant: 'tenant',
    });
    expect(events).toMatchObject([
      { type: 'bank.account:deleted@v1', tenantid: 'a' },
      { type: 'bank.account:created@v1', tenantid: 'b' },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  it('is a creation for an item that had no tenant before', () => {
    const before = account({ tenant: undefined });
    expect(typesOf(change(2, before, account({ tenant: { S: 'b' } })), { tenant: 'tenant' })).toMatchObject([
      { type: 'bank.account:created@v1', tenantid: 'b' },
    ]);
  });
});

describe('who and what has caused a change', () => {
  it('is named for a deletion only by what is written for it: who wrote last need not be who deletes', () => {
    expect(plan(change(3, account(), undefined))[0]).not.toHaveProperty('actorid');
    expect(plan(change(3, account({ deletedBy: { S: 'ola' } }), undefined))[0]).toMatchObject({ actorid: 'ola' });
  });

  it('is DynamoDB where time to live deletes, if that counts', () => {
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    const expiry = change(3, account({ deletedBy: { S: 'ola' } }), undefined, { userIdentity });
    expect(plan(expiry)[0]).toMatchObject({ actorid: 'dynamodb.amazonaws.com' });
    expect(plan(expiry, { expiries: 'ignored' })).toEqual([]);
    expect(plan(change(3, account(), undefined), { expiries: 'ignored' })).toHaveLength(1);
  });

  it('is no trace that an update has left as it was, nor one that is none', () => {
    const traced = (status: string, trace: string) => account({ status: { S: status }, traceparent: { S: trace } });
    const other = TRACE.replace('4bf9', '5bf9');
    expect(plan(change(2, traced('open', TRACE), traced('blocked', TRACE)))[0]).not.toHaveProperty('traceparent');
    expect(plan(change(2, traced('open', TRACE), traced('blocked', other)))[0]).toMatchObject({ traceparent: other });
    expect(plan(change(1, undefined, traced('open', 'nonsense')))[0]).not.toHaveProperty('traceparent');
  });

  it('has the time that the item says, where one is mapped', () => {
    const item = account({ updatedAt: { S: '2026-01-31T09:30:00.123Z' } });
    expect(plan(change(1, undefined, item), { time: 'updatedAt' })[0]).toMatchObject({
      time: '2026-01-31T09:30:00.123Z',
    });
  });
});

describe('values of an item', () => {
  it('are JSON: numbers that keep their digits, sets as sorted lists, maps and lists as they are', () => {
    const data = { ...ACCOUNT_MAPPING.data, holderIds: 'holders', creditLimit: 'limit' };
    const item = account({ holders: { L: [{ S: 'b' }, { S: 'a' }] }, limit: { N: '5000.25' } });
    expect(plan(change(1, undefined, item), { data })[0]?.data).toMatchObject({
      holderIds: ['b', 'a'],
      creditLimit: 5000.25,
    });
  });

  it.each<[string, Parameters<typeof account>[0], Partial<TableMapping>, string, RegExp]>([
    ['no tenant', { PK: undefined }, {}, 'ITEM_INCOMPLETE', /Expected the tenant in the attribute PK, found nothing/],
    ['a tenant that begins otherwise', { PK: { S: 'x' } }, {}, 'ITEM_INCOMPLETE', /to begin with TENANT#/],
    ['a tenant with a space', { PK: { S: 'TENANT#a b' } }, {}, 'EVENT_MALFORMED', /tenantid/],
    ['a subject of another kind', { accountId: { BOOL: true } }, {}, 'ITEM_INCOMPLETE', /another kind of value/],
    ['no audience', { holderIds: undefined }, {}, 'ITEM_INCOMPLETE', /Expected users who may see the event/],
    ['an empty audience', { holderIds: { L: [] } }, {}, 'ITEM_INCOMPLETE', /Expected users who may see the event/],
    ['a null audience', { holderIds: { NULL: true } }, {}, 'ITEM_INCOMPLETE', /Expected users who may see/],
    ['what the schema does not allow', { kind: { S: 'other' } }, {}, 'EVENT_DATA_INVALID', /\/data\/kind/],
    ['not what the schema requires', { currency: undefined }, {}, 'EVENT_DATA_INVALID', /currency/],
    ['binary data', { name: { B: 'AAAA' } }, {}, 'VALUE_UNFIT', /binary data/],
    ['a number that would lose digits', { creditLimit: { N: '1234567890.12345678' } }, {}, 'VALUE_UNFIT', /15 digits/],
    ['a fraction that would go', { creditLimit: { N: '4.99999999999999999999' } }, {}, 'VALUE_UNFIT', /15 digits/],
    ['an integer that would be another', { creditLimit: { N: '9007199254740993' } }, {}, 'VALUE_UNFIT', /15 digits/],
    ['an actor that is no identifier', { updatedBy: { S: 'Kari N' } }, {}, 'EVENT_MALFORMED', /actorid/],
    ['no time', { at: { S: 'soon' } }, { time: 'at' }, 'EVENT_MALFORMED', /\/time/],
    [
      'too much',
      { holderIds: { L: Array.from({ length: 20 }, (_, index) => ({ S: `${index}${'x'.repeat(20_000)}` })) } },
      { users: 'updatedBy' },
      'EVENT_TOO_LARGE',
      /expected at most/,
    ],
  ])('are unfit with %s', (_name, attributes, mapping, code, message) => {
    const { code: found, message: text } = refusal(change(1, undefined, account(attributes)), mapping);
    expect({ found, text }).toEqual({ found: code, text: expect.stringMatching(message) });
  });

  it('are unfit in a stream without images', () => {
    const { dynamodb, ...record } = change(2, account(), account());
    const { OldImage: _old, ...keys } = { ...dynamodb, StreamViewType: 'NEW_IMAGE' };
    expect(refusal({ ...record, dynamodb: keys })).toMatchObject({
      code: 'IMAGES_MISSING',
      message: expect.stringContaining('NEW_IMAGE'),
    });
  });
});
