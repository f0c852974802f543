import { describe, expect, it } from 'vitest';
import { curlOf, typescriptOf } from '../../event/snippets.ts';
import { changed, copiesOf, readList, rowsOf } from './batch.ts';
import { draftOf, toEvent, withType } from './draft.ts';

const type = {
  type: 'bank.test:created@v1',
  module: 'bank',
  source: 'com.tidings.bank',
  title: 'Test',
  description: '',
  dataSchema: { type: 'object' },
  example: { subject: 'test/1', data: { text: "it's" } },
} as const;

describe('an event that is written', () => {
  it('begins with the example, under an id and in a trace of its own', () => {
    const [one, other] = [toEvent(draftOf(type, 'acme')), toEvent(draftOf(type, 'acme'))];
    expect(one).toMatchObject({ tenantid: 'acme', subject: 'test/1', source: type.source, data: { text: "it's" } });
    expect(one['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(one.id).not.toBe(other.id);
  });

  it('leaves out what is empty, and takes lists however they are separated', () => {
    const draft = draftOf(type, 'acme');
    const event = toEvent({ ...draft, envelope: { ...draft.envelope, roleids: ' clerk, auditor\nadmin ', time: ' ' } });
    expect(event['roleids']).toBe('clerk,auditor,admin');
    expect(event).not.toHaveProperty('time');
    expect(event).not.toHaveProperty('userids');
  });

  it('keeps whom it is for when its type becomes another', () => {
    const draft = draftOf(type, 'acme');
    const other = { ...type, example: { data: { other: true } } };
    const next = withType({ ...draft, envelope: { ...draft.envelope, userids: 'ada' } }, other);
    expect(next.envelope).toMatchObject({ tenantid: 'acme', userids: 'ada', subject: '' });
    expect(next.data).toEqual({ other: true });
  });

  it('is copied under ids of their own', () => {
    const copies = copiesOf(draftOf(type, 'acme'), 5);
    expect(new Set(copies.map(({ id }) => id)).size).toBe(5);
  });
});

describe('a list of events', () => {
  it.each([
    ['an array', '[{"id":"1"},{"id":"2"}]', 2],
    ['one event', '{"id":"1"}', 1],
    ['one event a line', '{"id":"1"}\n\n{"id":"2"}\r\n', 2],
    ['nothing', ' \n', 0],
  ])('is read from %s', (_, text, count) => {
    const entries = readList(text);
    expect(entries.map(({ kind }) => kind)).toEqual(Array.from({ length: count }, () => 'event'));
  });

  it('names the line of each that is no JSON, and keeps the others', () => {
    expect(readList('{"id":"1"}\n{"id":}\n{"id":"3"}')).toMatchObject([
      { kind: 'event' },
      { kind: 'mistake', mistake: { line: 2, column: 7 } },
      { kind: 'event' },
    ]);
  });

  it('takes a broken array for one mistake, and not for many lines', () => {
    expect(readList('[\n{"id":"1"},\n{"id":}\n]')).toMatchObject([
      { kind: 'mistake', mistake: { line: 3, column: 7 } },
    ]);
  });

  it('gets what its events leave out, loses what only a hub adds, and has new ids only on demand', () => {
    const event = { id: '1', type: 't', sequence: '7', recordedtime: 'x' };
    expect(changed(event, { tenant: 'acme', hasNewIds: false })).toEqual({ tenantid: 'acme', id: '1', type: 't' });
    const renewed = changed({ ...event, tenantid: 'own' }, { tenant: 'acme', hasNewIds: true });
    expect(renewed).toEqual({ id: expect.not.stringMatching(/^1$/), type: 't', tenantid: 'own' });
    expect(changed(5 as never, { tenant: 'acme', hasNewIds: true })).toBe(5);
  });

  it('has a row for every element, whatever became of it', () => {
    const entries = readList('{"id":"1","type":"t"}\nx\n{"id":"3"}\n{"id":"4"}\n{"id":"5"}');
    const problem = { detail: 'd', errors: [], advice: '', retryable: false } as const;
    const rows = rowsOf(entries, {
      accepted: [{ index: 0, id: '1', type: 't' as never }],
      rejected: [
        { index: 1, id: '3', code: 'EVENT_MALFORMED', outcome: 'not-accepted', ...problem },
        { index: 2, id: '4', code: 'NETWORK_FAILED', outcome: 'unknown', ...problem },
      ],
    });
    expect(rows.map(({ position, id, outcome }) => [position, id, outcome])).toEqual([
      [1, '1', 'accepted'],
      [2, '', 'rejected'],
      [3, '3', 'rejected'],
      [4, '4', 'unknown'],
      [5, '5', 'unknown'],
    ]);
  });
});

describe('what leaves', () => {
  const event = toEvent({ ...draftOf(type, 'acme') });

  it('is a command that a shell takes as it is meant, without a token', () => {
    const command = curlOf('http://127.0.0.1:1', [event]);
    expect(command).toContain("it'\\''s");
    expect(command).toContain('Bearer $TOKEN');
    expect(command).toContain('application/cloudevents+json');
    expect(curlOf('http://127.0.0.1:1', [event, event])).toContain('application/cloudevents-batch+json');
  });

  it('is a program as one would write it: lists as lists, and nothing that follows from the type', () => {
    const program = typescriptOf('http://127.0.0.1:1', [{ ...event, roleids: 'a,b' }]);
    expect(program).toContain('type: "bank.test:created@v1"');
    expect(program).toMatch(/roleids: \[\s+"a",\s+"b"\s+\]/);
    expect(program).not.toContain('specversion');
  });
});
