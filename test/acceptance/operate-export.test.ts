import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant, type ReceivedEvent } from './events.ts';
import { publish, readAll, tokenFor, waitForHead } from './hub.ts';
import { Operator } from './operator.ts';
import { numbers, sequencesOf } from './pages.ts';

const it = needs('aws-endpoint');

const EVENTS = 600;
const tenant = newTenant('export#a%');

let operator: Operator;
let everything: readonly ReceivedEvent[] = [];

beforeAll(async () => {
  operator = await Operator.begin();
  await publish(Array.from({ length: EVENTS }, (_, index) => newEvent(tenant, { subject: `transaction/${index}` })));
  await waitForHead(tenant, EVENTS);
  everything = await readAll(await tokenFor({ tenant }));
});

afterAll(() => operator.end());

const exportTo = (...args: readonly string[]) => operator.tidings('export', '--tenant', tenant, ...args);
const place = (name: string): string => join(operator.folder.path, name);
const eventsIn = (text: string): readonly ReceivedEvent[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ReceivedEvent);

describe('tidings export', () => {
  it('writes what a replay would, to standard output', async () => {
    const { code, output, messages } = await exportTo();
    expect(code, messages).toBe(0);
    expect(eventsIn(output), tenant).toEqual(everything);
    const replayed = await operator.tidings('replay', '--tenant', tenant);
    expect(eventsIn(replayed.output), tenant).toEqual(eventsIn(output));
    expect(messages).toMatch(new RegExp(`^tidings: ${EVENTS} events in [\\d.]+ s, through ${EVENTS}@\\S+\\n$`));
  });

  it('writes a range', async () => {
    const { output } = await exportTo('--after', '95', '--until', '205');
    expect(sequencesOf(eventsIn(output)), tenant).toEqual(numbers(96, 205));
  });

  it('goes on where it was killed: the file has each event once, and its name only when it is whole', async () => {
    const file = ['--output', 'killed.ndjson'];
    const { code } = await operator.killAt('BatchGetItem', 3, 'export', '--tenant', tenant, ...file);
    expect(code).toBeNull();
    expect(existsSync(place('killed.ndjson'))).toBe(false);
    expect(eventsIn(readFileSync(place('killed.ndjson.part'), 'utf8'))).toHaveLength(300);
    // As if it had been killed in the middle of a write.
    appendFileSync(place('killed.ndjson.part'), '{"specversion":"1.0","id":"half of a li');

    const refused = await exportTo(...file);
    expect(refused.code).toBe(2);
    expect(refused.messages).toContain('pass --resume');

    const { code: second, messages } = await exportTo(...file, '--resume');
    expect(second, messages).toBe(0);
    expect(messages).toMatch(/^tidings: 300 events in /);
    expect(existsSync(place('killed.ndjson.part'))).toBe(false);
    expect(eventsIn(readFileSync(place('killed.ndjson'), 'utf8')), tenant).toEqual(everything);
    expect((await exportTo(...file)).messages).toContain('killed.ndjson is there already');
  });

  it('goes on with no file of another tenant, and with none whose end is not in the log', async () => {
    const [first] = everything;
    const attempts = [
      [{ ...first, tenantid: 'another' }, 'holds events of the tenant "another"'],
      [{ ...first, id: 'never recorded' }, 'is not in the log any more'],
      [{ no: 'event' }, 'is no event of an export'],
    ] as const;
    for (const [line, message] of attempts) {
      writeFileSync(place('foreign.ndjson.part'), `${JSON.stringify(line)}\n`);
      const { code, messages } = await exportTo('--output', 'foreign.ndjson', '--resume');
      expect(code).toBe(1);
      expect(messages).toContain(message);
    }
  });

  it('knows no tenant that has no event', async () => {
    const { code, output, messages } = await operator.tidings('export', '--tenant', `${tenant}#`);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(messages).toContain(`knows nothing of a tenant ${JSON.stringify(`${tenant}#`)}`);
  });
});
