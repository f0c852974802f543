import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { needs } from './capabilities.ts';
import { takeDeadLetter } from './dead-letters.ts';
import { newEvent, newTenant } from './events.ts';
import { putEntries, putOnBus, readAll, readPage, toEntry, tokenFor, waitForHead } from './hub.ts';

/** What is put on which bus, and how the dead letter names it. */
interface Case {
  readonly name: string;
  readonly module: string;
  readonly entry: (tenant: string, marker: string) => ReturnType<typeof toEntry>;
  readonly code: string;
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'that is no CloudEvent',
    module: 'bank',
    entry: (tenant, marker) => ({
      Source: 'com.tidings.bank',
      DetailType: 'bank.transaction:created@v1',
      Detail: JSON.stringify({ tenantid: tenant, marker }),
    }),
    code: 'EVENT_MALFORMED',
    says: ['specversion'],
  },
  {
    name: 'of another module than the bus',
    module: 'bank',
    entry: (tenant, marker) => toEntry(newEvent(tenant, { id: marker, type: 'community.member:left@v1' })),
    code: 'EVENT_MODULE_MISMATCH',
    says: ['community', '"bank"'],
  },
  {
    name: 'of an unknown type',
    module: 'bank',
    entry: (tenant, marker) => toEntry(newEvent(tenant, { id: marker, type: 'bank.transaction:craeted@v1' })),
    code: 'EVENT_TYPE_UNKNOWN',
    says: ['bank.transaction:craeted@v1', 'bank.transaction:created@v1'],
  },
  {
    name: 'whose data breaks the schema',
    module: 'community',
    entry: (tenant, marker) => toEntry(newEvent(tenant, { id: marker, type: 'community.member:left@v1', data: {} })),
    code: 'EVENT_DATA_INVALID',
    says: ['/data', "'actor'"],
  },
  {
    name: 'whose detail type is another than that of its event',
    module: 'bank',
    entry: (tenant, marker) => ({ ...toEntry(newEvent(tenant, { id: marker })), DetailType: 'bank.test:created@v1' }),
    code: 'EVENT_MALFORMED',
    says: ['detail-type', 'bank.test:created@v1', 'bank.transaction:created@v1'],
  },
  {
    name: 'with the source of nobody',
    module: 'bank',
    entry: (tenant, marker) => ({ ...toEntry(newEvent(tenant, { id: marker })), Source: 'com.nobody' }),
    code: 'EVENT_MALFORMED',
    says: ['source', 'com.nobody'],
  },
  {
    name: 'with the key __proto__',
    module: 'bank',
    entry: (tenant, marker) => {
      const entry = toEntry(newEvent(tenant, { id: marker }));
      return { ...entry, Detail: entry.Detail?.replace('{', '{"__proto__":{},') };
    },
    code: 'JSON_KEY_REFUSED',
    says: ['__proto__'],
  },
];

describe('an entry on a bus', () => {
  for (const { name, module, entry, code, says } of cases) {
    needs('dead-letters')(`${name} goes to the dead letters with the reason, and is not stored`, async () => {
      const [tenant, marker] = [newTenant('bus'), randomUUID()];
      await putEntries(module, [entry(tenant, marker)]);
      const letter = await takeDeadLetter(marker);
      expect(letter.code, `${tenant}: ${JSON.stringify(letter)}`).toBe(code);
      for (const piece of says) expect(letter.reason, tenant).toContain(piece);
      expect(JSON.parse(letter.body), `${tenant}: the message is kept`).toMatchObject({ module });
      expect((await readPage(await tokenFor({ tenant }))).head, tenant).toBe(0);
    });
  }

  needs('dead-letters')('that is bad does not hold up the good ones beside it', async () => {
    const [tenant, marker] = [newTenant('beside'), randomUUID()];
    const events = Array.from({ length: 9 }, () => newEvent(tenant));
    const bad = toEntry(newEvent(tenant, { id: marker, data: {} }));
    await putEntries('bank', [...events.slice(0, 4).map(toEntry), bad, ...events.slice(4).map(toEntry)]);
    await waitForHead(tenant, events.length);
    expect((await takeDeadLetter(marker)).code, tenant).toBe('EVENT_DATA_INVALID');
    await putOnBus([newEvent(tenant, { id: 'fence' })]);
    await waitForHead(tenant, events.length + 1);
    const ids = (await readAll(await tokenFor({ tenant }))).map(({ id }) => id);
    expect(ids.sort(), tenant).toEqual([...events.map(({ id }) => id), 'fence'].sort());
  });
});
