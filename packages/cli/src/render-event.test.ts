import { asEventId, asTenantId, type RecordedEvent } from '@tidings/contracts';
import { expect, test } from 'vitest';
import { renderEvent } from './render-event.ts';

const now = new Date(2026, 0, 31, 12, 0, 0);

const recorded = (attributes: Partial<RecordedEvent> = {}): RecordedEvent => ({
  specversion: '1.0',
  id: asEventId('1'),
  source: 'com.tidings.bank',
  type: 'bank.transaction:created@v1',
  time: new Date(2026, 0, 31, 9, 5, 7).toISOString(),
  tenantid: asTenantId('acme'),
  sequence: '00000000000000000042',
  recordedtime: now.toISOString(),
  ...attributes,
});

const render = (event: RecordedEvent, width = 200): string =>
  renderEvent(event, { paint: (_, text) => text, width, now });

test('shows sequence, time, type, subject, people and data in one line', () => {
  const event = recorded({
    subject: 'transaction/1',
    organizationids: '1,2',
    userids: 'bob',
    roleids: 'admin',
    actorid: 'alice',
    data: { a: 1 },
  });
  expect(render(event)).toBe(
    '   42  09:05:07  bank.transaction:created@v1        transaction/1  to organization 1,2 + user bob + role admin by alice  {"a":1}',
  );
});

test('says of an event without audience that it is for everyone', () => {
  expect(render(recorded())).toContain('  -  to everyone  ');
});

test('shows the date of a time that is not of today', () => {
  expect(render(recorded({ time: new Date(2023, 6, 4, 10, 5, 58).toISOString() }))).toContain(
    '  2023-07-04 10:05:58  ',
  );
});

test('cuts data where the line ends, between characters', () => {
  const line = render(recorded({ data: '⛵'.repeat(300) }), 120);
  expect([...line]).toHaveLength(120);
  expect(line.isWellFormed()).toBe(true);
  expect(line.endsWith('⛵…')).toBe(true);
});

test('takes a second line where the first has no room for data', () => {
  expect([...render(recorded({ data: 'x'.repeat(300) }), 70)]).toHaveLength(140);
});

test('says where the data of a large event is', () => {
  expect(render(recorded({ dataref: 'https://hub/events/1' }))).toContain('data at https://hub/events/1');
});

test('lets no event write on the terminal', () => {
  const line = render(recorded({ subject: '\u009b2J\u202e', data: '\u001b[2J\u009b' }));
  expect(line).not.toMatch(/\p{Cc}|\u202e/u);
  expect(line).toContain('\\u009b2J\\u202e');
});
