import { describe, expect, it } from 'vitest';
import { newEvent, newTenant, type SentEvent } from './events.ts';
import {
  BATCHED,
  postBatch,
  postStructured,
  publish,
  readAll,
  readPage,
  request,
  STRUCTURED,
  tokenFor,
  waitForHead,
} from './hub.ts';
import { type ExpectedProblem, expectProblem } from './problem.ts';

const KIB = 1024;

/** An event whose data has about this many bytes. */
const largeEvent = (tenant: string, bytes: number): SentEvent =>
  newEvent(tenant, {
    type: 'bank.test:created@v1',
    data: {
      firstName: 'x'.repeat(bytes),
      lastName: 'y',
      favoriteColor: 'Red',
      registrationDate: '2026-01-31T09:30:00Z',
    },
  });

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const withData = (data: string) => (tenant: string) =>
  JSON.stringify(newEvent(tenant, { data: 'DATA' })).replace('"DATA"', data);

/** A body in structured mode, and how the hub refuses it. */
type Row = readonly [name: string, body: (tenant: string) => string | Buffer, problem: ExpectedProblem];

const change = (attributes: Partial<SentEvent>) => (tenant: string) => JSON.stringify(newEvent(tenant, attributes));

const rows: readonly Row[] = [
  ['that is not JSON', () => '{"specversion":"1.0",', { status: 400, code: 'BODY_NOT_JSON', says: ['Expected JSON'] }],
  ['that is empty', () => '', { status: 400, code: 'BODY_NOT_JSON', says: ['empty'] }],
  [
    'that is no UTF-8',
    () => Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    { status: 400, code: 'BODY_NOT_JSON', says: ['UTF-8'] },
  ],
  ...['specversion', 'id', 'source', 'type', 'tenantid'].map(
    (attribute): Row => [
      `that is no CloudEvent: without ${attribute}`,
      () => '{"hello":"world"}',
      { status: 400, code: 'EVENT_MALFORMED', path: `/${attribute}`, says: [`/${attribute}`, 'found nothing'] },
    ],
  ),
  [
    'that is no object',
    () => '"text"',
    { status: 400, code: 'EVENT_MALFORMED', path: '', says: ['JSON object', '"text"'] },
  ],
  ['that is a list', () => '[]', { status: 400, code: 'EVENT_MALFORMED', path: '', says: ['JSON object', 'array'] }],
  [
    'of another version of CloudEvents',
    (tenant) => JSON.stringify({ ...newEvent(tenant), specversion: '0.3' }),
    { status: 400, code: 'EVENT_MALFORMED', path: '/specversion', says: ['expected "1.0"', 'found "0.3"'] },
  ],
  [
    'whose type breaks the grammar',
    change({ type: 'Bank.Transaction.Created' }),
    { status: 400, code: 'EVENT_MALFORMED', path: '/type', says: ['<module>.<entity>', 'Bank.Transaction.Created'] },
  ],
  [
    'of an unknown type, with the nearest known one',
    change({ type: 'bank.transaction:craeted@v1' }),
    {
      status: 422,
      code: 'EVENT_TYPE_UNKNOWN',
      path: '/type',
      says: ['bank.transaction:craeted@v1', 'bank.transaction:created@v1'],
    },
  ],
  [
    'of an unknown module',
    change({ type: 'crm.customer:created@v1', source: 'com.tidings.crm' }),
    { status: 422, code: 'EVENT_TYPE_UNKNOWN', path: '/type', says: ['crm.customer:created@v1'] },
  ],
  [
    'with the source of another module',
    change({ source: 'com.tidings.community' }),
    {
      status: 422,
      code: 'EVENT_SOURCE_MISMATCH',
      path: '/source',
      says: ['expected "com.tidings.bank"', 'found "com.tidings.community"'],
    },
  ],
  [
    'with a sequence of its own',
    change({ sequence: '00000000000000000007' }),
    { status: 400, code: 'EVENT_MALFORMED', path: '/sequence', says: ['absent'] },
  ],
  [
    'with a time that is none',
    change({ time: 'yesterday' }),
    { status: 400, code: 'EVENT_MALFORMED', path: '/time', says: ['RFC 3339', '"yesterday"'] },
  ],
  [
    'whose audience is a list',
    change({ organizationids: ['o1'] as unknown as string }),
    { status: 400, code: 'EVENT_MALFORMED', path: '/organizationids', says: ['commas', 'array'] },
  ],
  [
    'whose data lacks a property',
    change({ data: {} }),
    { status: 422, code: 'EVENT_DATA_INVALID', path: '/data', says: ["'transactionId'", 'found an object'] },
  ],
  [
    'whose data has a value of another type',
    change({
      data: {
        transactionId: '123e4567-e89b-12d3-a456-426614174000',
        license: 'l',
        status: { text: 'created', code: '100' },
        sourceUris: [],
      },
    }),
    { status: 422, code: 'EVENT_DATA_INVALID', path: '/data/status/code', says: ['number', '"100"'] },
  ],
  [
    'without data',
    change({ data: undefined }),
    { status: 422, code: 'EVENT_DATA_INVALID', path: '/data', says: ['object'] },
  ],
  [
    'with the key __proto__ in its data',
    withData('{"status":{"__proto__":{"polluted":true}}}'),
    { status: 400, code: 'JSON_KEY_REFUSED', path: '/data/status/__proto__', says: ['__proto__'] },
  ],
  [
    'with the key __proto__ as an attribute',
    (tenant) => JSON.stringify(newEvent(tenant)).replace('{', '{"__proto__":{"tenantid":"another"},'),
    { status: 400, code: 'JSON_KEY_REFUSED', path: '/__proto__', says: ['__proto__'] },
  ],
  ['of 20,000 levels', withData(nested(20_000)), { status: 400, code: 'JSON_TOO_DEEP', says: ['levels', '/data/0/0'] }],
  [
    'of more bytes than a bus takes',
    (tenant) => JSON.stringify(largeEvent(tenant, 256 * KIB)),
    { status: 413, code: 'EVENT_TOO_LARGE', says: [`at most ${240 * KIB} bytes`, 'found 26'] },
  ],
];

describe('an event', () => {
  it.each(rows)('%s is refused', async (_name, body, problem) => {
    const tenant = newTenant('bad');
    const token = await tokenFor({});
    const answer = await request('POST', '/events', {
      token,
      headers: { 'content-type': STRUCTURED },
      body: body(tenant),
    });
    expectProblem(answer, problem, token);
    expect((await readPage(await tokenFor({ tenant }))).head, tenant).toBe(0);
  });

  it.each([
    ['text/plain', '"text/plain"'],
    ['application/json', '"application/json"'],
    ['application/cloudevents+xml', '"application/cloudevents+xml"'],
    [`${STRUCTURED}; charset=utf-16`, 'charset=utf-16'],
  ])('sent as %s is refused', async (contentType, found) => {
    const answer = await request('POST', '/events', {
      token: await tokenFor({}),
      headers: { 'content-type': contentType },
      body: JSON.stringify(newEvent(newTenant('type'))),
    });
    expectProblem(answer, { status: 415, code: 'CONTENT_TYPE_UNSUPPORTED', says: [STRUCTURED, BATCHED, found] });
  });

  it('in binary mode with a broken header is refused by the name of the header', async () => {
    const answer = await request('POST', '/events', {
      token: await tokenFor({}),
      headers: { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': '%E0%A4%A' },
      body: '{}',
    });
    expectProblem(answer, { status: 400, code: 'EVENT_MALFORMED', path: '/id', says: ['ce-id', 'percent-encoding'] });
  });
});

describe('a batch', () => {
  it('that is partly good is taken in its good part, and answered for each event', async () => {
    const tenant = newTenant('partly');
    const token = await tokenFor({ tenant, scope: 'bank events:read' });
    const [good, alsoGood] = [newEvent(tenant), newEvent(tenant)];
    const bad = {
      unknown: newEvent(tenant, { type: 'bank.transaction:craeted@v1' }),
      invalid: newEvent(tenant, { data: {} }),
      foreign: newEvent(newTenant('foreign')),
      scopeless: newEvent(tenant, { type: 'community.member:left@v1' }),
    };
    const answer = await postBatch([bad.unknown, good, bad.invalid, bad.foreign, 7, bad.scopeless, alsoGood], token);
    expect(answer.status, answer.text).toBe(202);
    const reason = (status: number, code: string, index: number, id?: string) =>
      expect.objectContaining({ index, status, code, detail: expect.any(String), ...(id !== undefined && { id }) });
    expect(JSON.parse(answer.text), tenant).toEqual({
      accepted: [good, alsoGood].map(({ id, type }) => ({ id, type })),
      rejected: [
        reason(422, 'EVENT_TYPE_UNKNOWN', 0, bad.unknown.id),
        reason(422, 'EVENT_DATA_INVALID', 2, bad.invalid.id),
        reason(403, 'TENANT_MISMATCH', 3, bad.foreign.id),
        reason(400, 'EVENT_MALFORMED', 4),
        reason(403, 'SCOPE_MISSING', 5, bad.scopeless.id),
      ],
    });
    await waitForHead(tenant, 2);
    const ids = (await readAll(await tokenFor({ tenant }))).map(({ id }) => id);
    expect(ids.sort(), tenant).toEqual([good.id, alsoGood.id].sort());
  });

  it('of which nothing is good is a problem that lists every event', async () => {
    const tenant = newTenant('none');
    const token = await tokenFor({});
    const answer = await postBatch([newEvent(tenant, { data: {} }), 7], token);
    expectProblem(answer, { status: 422, code: 'BATCH_REFUSED', says: ['rejected'] }, token);
    expect(JSON.parse(answer.text)).toMatchObject({
      rejected: [
        {
          index: 0,
          code: 'EVENT_DATA_INVALID',
          errors: expect.arrayContaining([expect.objectContaining({ path: '/data' })]),
        },
        { index: 1, code: 'EVENT_MALFORMED' },
      ],
    });
  });

  it('may have 100 events, and is refused with more, with none, and as something else than a list', async () => {
    const tenant = newTenant('batch');
    const token = await tokenFor({});
    const events = Array.from({ length: 101 }, () => newEvent(tenant));
    const tooMany = { status: 413, code: 'BATCH_TOO_LARGE', says: ['at most 100', 'found 101'] };
    expectProblem(await postBatch(events, token), tooMany, token);
    expectProblem(await postBatch([], token), { status: 400, code: 'BATCH_EMPTY', says: ['at least one'] }, token);
    const single = await request('POST', '/events', {
      token,
      headers: { 'content-type': BATCHED },
      body: JSON.stringify(events[0]),
    });
    expectProblem(single, { status: 400, code: 'EVENT_MALFORMED', says: ['array'] }, token);
    expect((await readPage(await tokenFor({ tenant }))).head, tenant).toBe(0);
    await publish(events.slice(0, 100));
    await waitForHead(tenant, 100);
  });

  it('of more than 4 MiB is refused', async () => {
    const tenant = newTenant('bytes');
    const token = await tokenFor({});
    const answer = await postBatch(
      Array.from({ length: 22 }, () => largeEvent(tenant, 200 * KIB)),
      token,
    );
    const problem = { status: 413, code: 'BATCH_TOO_LARGE', says: [`at most ${4 * KIB * KIB} bytes`, 'found 4'] };
    expectProblem(answer, problem, token);
  });

  it('with a bad event leaves the hub able to take the next', async () => {
    const tenant = newTenant('next');
    const token = await tokenFor({ tenant });
    await postStructured({ ...newEvent(tenant), data: JSON.parse('{"constructor":{"prototype":{}}}') }, token);
    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    expect((await readPage(token)).head, tenant).toBe(1);
  });
});
