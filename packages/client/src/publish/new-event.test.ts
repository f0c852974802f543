import { parseEvent } from '@tidings/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bankEvent, person } from '../../test/new-events.ts';
import { newEvent } from './new-event.ts';
import type { PublishError } from './publish-error.ts';

/** What a program without types may pass. */
const refusalOf = (event: unknown): PublishError => {
  try {
    newEvent(event as Parameters<typeof newEvent>[0]);
  } catch (error) {
    return error as PublishError;
  }
  throw new Error('Expected a refusal, found none');
};
const pathsOf = (event: unknown) => refusalOf(event).errors.map(({ path }) => path);

afterEach(() => vi.unstubAllGlobals());

describe('a new event', () => {
  it('becomes a whole CloudEvent: id, time, source and version filled in, lists joined', () => {
    const event = newEvent(
      bankEvent({
        userids: ['alice', 'b;ob'],
        roleids: 'clerk',
        subject: 'test/1',
        extensions: { region: 'eu', size: 3 },
      }),
    );
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: 'com.tidings.bank',
      type: 'bank.test:created@v1',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      tenantid: 'acme',
      subject: 'test/1',
      userids: 'alice,b;ob',
      roleids: 'clerk',
      region: 'eu',
      size: 3,
      data: person,
    });
    expect(() => parseEvent(event)).not.toThrow();
  });

  it('takes its time from a date or a text', () => {
    const time = new Date('2026-01-31T09:30:00.120Z');
    expect(newEvent(bankEvent({ time })).time).toBe('2026-01-31T09:30:00.120Z');
    expect(newEvent(bankEvent({ time: '2026-01-31T10:30:00+01:00' })).time).toBe('2026-01-31T10:30:00+01:00');
  });

  it('stays the same when it is made whole again, lists and extensions included', () => {
    const event = newEvent(bankEvent({ organizationids: ['o1', 'o2'], extensions: { region: 'eu' } }));
    expect(newEvent(event)).toEqual(event);
  });

  it.each([
    ['a comma in an identifier', { userids: ['a', 'b,c'] }, '/userids/1'],
    ['white space in an identifier', { organizationids: 'my company' }, '/organizationids'],
    ['a list given as text, which would widen the audience', { roleids: 'a,b' }, '/roleids'],
    ['an empty list', { userids: [] }, '/userids'],
    ['an identifier that is none', { userids: [7] }, '/userids/0'],
    ['no tenant', { tenantid: undefined }, '/tenantid'],
    ['a broken date', { time: new Date(Number.NaN) }, '/time'],
    ['an extension that stands for an attribute', { extensions: { tenantid: 'other' } }, '/extensions/tenantid'],
    ['an extension that the hub assigns', { extensions: { sequence: '1' } }, '/extensions/sequence'],
    ['an extension with a name that CloudEvents has not', { extensions: { Region: 'eu' } }, '/Region'],
    ['extensions that are none', { extensions: ['a'] }, '/extensions'],
    ['an unknown attribute, which may be a misspelt audience', { usersids: ['a'] }, '/usersids'],
    ['an attribute in another case', { tenantId: 'a' }, '/tenantId'],
    ['no data', { data: undefined }, '/data'],
    ['another version of CloudEvents', { specversion: '0.3' }, '/specversion'],
  ])('is refused with %s', (_, attributes, path) => {
    const event = { ...bankEvent(), ...attributes };
    expect(refusalOf(event)).toMatchObject({ name: 'PublishError', code: 'EVENT_MALFORMED', outcome: 'not-accepted' });
    expect(pathsOf(event)).toContain(path);
  });

  it('is refused with everything that is wrong at once', () => {
    expect(pathsOf({ type: 'bank.test:created@v1', userids: [], extra: 1 })).toEqual(
      expect.arrayContaining(['/userids', '/extra', '/data', '/tenantid']),
    );
  });

  it('is refused under an unknown type, with the name that was probably meant', () => {
    const { code, advice, errors } = refusalOf({ ...bankEvent(), type: 'bank.transaction:craeted@v1' });
    expect(code).toBe('EVENT_TYPE_UNKNOWN');
    expect(advice).toContain('Did you mean bank.transaction:created@v1?');
    expect(errors).toEqual([{ path: '/type', message: expect.stringContaining('craeted') }]);
    for (const type of ['constructor', '__proto__', undefined, 7, 'x'.repeat(100_000)])
      expect(refusalOf({ ...bankEvent(), type }).code, String(type).slice(0, 20)).toBe('EVENT_TYPE_UNKNOWN');
  });

  it.each([undefined, null, 7, 'event', [bankEvent()]])('is no %j', (given) => {
    expect(refusalOf(given)).toMatchObject({ code: 'EVENT_MALFORMED' });
  });

  it('carries no prototype in by JSON', () => {
    const event = JSON.parse(`{"__proto__":{"tenantid":"other"},"type":"bank.test:created@v1","data":{}}`) as unknown;
    expect(pathsOf(event)).toEqual(expect.arrayContaining(['/__proto__', '/tenantid']));
  });

  it('needs an id of its own where the system makes none, and says so', () => {
    vi.stubGlobal('crypto', {});
    expect(refusalOf(bankEvent())).toMatchObject({
      code: 'RANDOM_UNAVAILABLE',
      advice: expect.stringContaining('"id"'),
    });
    expect(newEvent(bankEvent({ id: 'mine' })).id).toBe('mine');
  });
});
