import { describe, expect, it } from 'vitest';
import { eventOfSize, newEvent, newTenant, type SentEvent } from './events.ts';
import { BATCHED, readPage, request, STRUCTURED, tokenFor } from './hub.ts';
import { type ExpectedProblem, expectProblem } from './problem.ts';

const KIB = 1024;

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
    (tenant) => JSON.stringify(eventOfSize(tenant, 256 * KIB)),
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
