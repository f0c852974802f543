import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCheck } from './check-command.ts';
import { commandIn, ORDER, orderPlaced, shopFolder } from './command-under-test.ts';
import { readLock, writeLock } from './lock/lock-file.ts';
import { runPublish } from './publish-command.ts';

const lockOf = (folder: string): string => path.join(folder, 'schemas.lock');
const write = (folder: string, file: string, schema: unknown): Promise<void> =>
  writeFile(path.join(folder, file), JSON.stringify(schema));

/** A folder whose schema is published, with what a test changes after that. */
async function published(changes?: Readonly<Record<string, unknown>>) {
  const folder = await shopFolder();
  expect(await commandIn(folder, runPublish).run()).toBe(0);
  if (changes !== undefined) await write(folder, ORDER, orderPlaced(changes));
  return { folder, check: commandIn(folder, runCheck), publish: commandIn(folder, runPublish) };
}

const version = (number: number): Record<string, unknown> =>
  orderPlaced({
    $id: `https://schemas.tidings.example/shop/order-placed.v${number}.json`,
    'x-tidings': { type: `shop.order:placed@v${number}`, source: 'com.acme.shop' },
  });
const text = { description: 'Words.', type: 'string' };
const grown = { properties: { orderId: text, note: text } };
const broken = { properties: { orderId: { ...text, minLength: 3 } } };

describe('schema:check', () => {
  it('lists drafts, and is content with them unless told otherwise', async () => {
    const { run, printed, complaints } = commandIn(await shopFolder(), runCheck);
    expect(await run()).toBe(0);
    expect(printed).toContain(`draft ${ORDER}: shop.order:placed@v1 is not published yet`);
    expect(complaints).toEqual([]);
    expect(await run('--no-drafts')).toBe(1);
    expect(complaints.at(-1)).toContain('run npm run schema:publish');
  });

  it('is content with what was published', async () => {
    const { check } = await published();
    expect(await check.run('--no-drafts')).toBe(0);
    expect(check.printed).toEqual(['1 schema: 1 published and unchanged.']);
  });

  it('reports what the generator would refuse', async () => {
    const { run, complaints } = commandIn(await shopFolder({ examples: [] }), runCheck);
    expect(await run()).toBe(1);
    expect(complaints[0]).toContain(`error ${ORDER}#/examples EXAMPLES_MISSING`);
    expect(complaints.at(-1)).toBe('1 error.');
  });

  it('lists compatible changes as not published yet', async () => {
    const { check } = await published(grown);
    expect(await check.run()).toBe(0);
    expect(check.printed[0]).toContain(`changed ${ORDER}`);
    expect(await check.run('--no-drafts')).toBe(1);
  });

  it('names a change that breaks somebody: where, what was, what is, and what to do', async () => {
    const { check } = await published(broken);
    expect(await check.run()).toBe(1);
    expect(check.complaints).toEqual([
      `error ${ORDER}#/properties/orderId/minLength LIMIT_TIGHTENED: tightened limit: was nothing, is 3; breaks producers`,
      `  ${ORDER} is published: undo it here and add shop/order-placed.v2.json: ` +
        'npm run schema:new -- --module shop --entity order --action placed --new-version',
      '1 error.',
    ]);
  });

  it('names it also where an example is wrong', async () => {
    const { check } = await published({ ...broken, examples: [{ orderId: 'a' }] });
    expect(await check.run()).toBe(1);
    expect(check.complaints.join('\n')).toMatch(/EXAMPLE_INVALID[\s\S]*LIMIT_TIGHTENED[\s\S]*2 errors/);
  });

  it('points to the next version where that is a draft already', async () => {
    const { folder, check } = await published(broken);
    await write(folder, 'shop/order-placed.v2.json', version(2));
    expect(await check.run()).toBe(1);
    expect(check.complaints.join('\n')).toContain(
      'make the change in shop/order-placed.v2.json, which is not published yet',
    );
  });

  it.each([
    ['source', { source: 'com.other.shop' }, 'SOURCE_CHANGED'],
    ['way into browsers', { clientBroadcast: true }, 'BROADCAST_ADDED'],
  ])('refuses another %s', async (_what, tidings, code) => {
    const { check } = await published({
      'x-tidings': { type: 'shop.order:placed@v1', source: 'com.acme.shop', ...tidings },
    });
    expect(await check.run()).toBe(1);
    expect(check.complaints[0]).toContain(code);
  });

  it('refuses to take browsers away', async () => {
    const tidings = { type: 'shop.order:placed@v1', source: 'com.acme.shop' };
    const folder = await shopFolder({ 'x-tidings': { ...tidings, clientBroadcast: true } });
    await commandIn(folder, runPublish).run();
    await write(folder, ORDER, orderPlaced({ 'x-tidings': tidings }));
    const check = commandIn(folder, runCheck);
    expect(await check.run()).toBe(1);
    expect(check.complaints[0]).toContain('BROADCAST_REMOVED: sent to browsers no more: was true, is false');
  });

  it('refuses a published version whose file is gone, and not one whose file is broken', async () => {
    const { folder, check } = await published();
    await write(folder, 'shop/order-paid.v1.json', version(7));
    await rm(path.join(folder, ORDER));
    expect(await check.run()).toBe(1);
    expect(check.complaints.join('\n')).toContain(`error ${ORDER} VERSION_REMOVED`);
    check.complaints.length = 0;
    await writeFile(path.join(folder, ORDER), '{');
    expect(await check.run()).toBe(1);
    expect(check.complaints.join('\n')).not.toContain('VERSION_REMOVED');
  });

  it('refuses a gap between versions', async () => {
    const { folder, check } = await published();
    await write(folder, 'shop/order-placed.v3.json', version(3));
    expect(await check.run()).toBe(1);
    expect(check.complaints[0]).toContain('VERSION_GAP: expected v2 to follow v1, found v3');
  });

  it('refuses a draft behind a published version: its entry was taken out of the lock', async () => {
    const { folder, check, publish } = await published();
    await write(folder, 'shop/order-placed.v2.json', version(2));
    await publish.run();
    const { lock, ...read } = readLock(folder);
    writeLock(folder, new Map([...lock].filter(([type]) => type.endsWith('v2'))), { lock, ...read });
    expect(await check.run()).toBe(1);
    expect(check.complaints[0]).toContain('VERSION_BEHIND');
  });

  it.each([
    ['an argument that it does not know', ['--force'], "Unknown option '--force'"],
    ['a folder that is not there', ['--schemas', '/nowhere/at/all'], 'expected a readable folder'],
  ])('refuses %s', async (_what, args, message) => {
    const { run, complaints } = commandIn(await shopFolder(), runCheck);
    expect(await run(...args)).toBeGreaterThan(0);
    expect(complaints[0]).toContain(message);
  });
});

describe('schema:publish', () => {
  it('promises drafts and compatible changes, and then nothing more', async () => {
    const { folder, publish, check } = await published(grown);
    await write(folder, 'shop/order-placed.v2.json', version(2));
    expect(await publish.run()).toBe(0);
    expect(publish.printed.slice(0, 2)).toEqual([
      'published shop.order:placed@v2',
      'published the changes of shop.order:placed@v1',
    ]);
    expect(await check.run('--no-drafts')).toBe(0);
    expect(await publish.run()).toBe(0);
    expect(publish.printed.at(-1)).toBe('Nothing to do: everything is published.');
    await write(folder, ORDER, orderPlaced());
    expect(await check.run()).toBe(1);
    expect(check.complaints[0]).toContain('PROPERTY_REMOVED');
  });

  it('writes nothing that holds for a moment or for people: other texts change nothing', async () => {
    const { folder, publish } = await published({ title: 'Other', description: 'Other.' });
    const before = await readFile(lockOf(folder), 'utf8');
    expect(await publish.run()).toBe(0);
    expect(await readFile(lockOf(folder), 'utf8')).toBe(before);
    expect(before).not.toContain('description');
  });

  it('promises nothing when anything is refused', async () => {
    const { folder, publish } = await published(broken);
    await write(folder, 'shop/order-placed.v2.json', version(2));
    const before = await readFile(lockOf(folder), 'utf8');
    expect(await publish.run()).toBe(1);
    expect(publish.complaints.at(-1)).toBe('1 error; nothing was published.');
    expect(await readFile(lockOf(folder), 'utf8')).toBe(before);
  });

  it('does not write over a lock that somebody else wrote meanwhile', async () => {
    const { folder } = await published();
    const read = readLock(folder);
    await appendFile(lockOf(folder), ' ');
    expect(writeLock(folder, new Map(), read)).toBe(false);
  });
});

describe('the lock', () => {
  const CONFLICT = (text: string) => text.replace('  "types"', '<<<<<<< HEAD\n  "types"');
  it.each([
    ['that is no JSON', () => '{', 'LOCK_NOT_JSON: expected JSON'],
    [
      'that holds a merge conflict',
      CONFLICT,
      'LOCK_MERGE_CONFLICT: expected JSON, found the markers of a merge conflict (first in line 4)',
    ],
    [
      'of another version',
      (text: string) => text.replace('"lockVersion": 1', '"lockVersion": 2'),
      'LOCK_INVALID: expected "lockVersion": 1, found 2',
    ],
    ['without types', () => '{"lockVersion": 1}', 'LOCK_INVALID: expected "types": {…}, found nothing'],
    [
      'whose schema was edited',
      (text: string) => text.replace('"string"', '"number"'),
      'LOCK_EDITED: "shop.order:placed@v1": expected what its digest stands for',
    ],
    [
      'with a key of its own',
      (text: string) => text.replace('"types"', '"by": "me",\n  "types"'),
      'LOCK_EDITED: expected the text that schema:publish writes',
    ],
    [
      'whose type is none',
      (text: string) => text.replace('shop.order:placed@v1', 'shop'),
      'LOCK_INVALID: "shop": expected an event type',
    ],
  ])('%s is refused by name, with what to do, and stays as it is', async (_what, damage, message) => {
    const { folder, check, publish } = await published();
    const damaged = damage(await readFile(lockOf(folder), 'utf8'));
    await writeFile(lockOf(folder), damaged);
    for (const command of [check, publish]) {
      expect(await command.run()).toBe(1);
      expect(command.complaints[0]).toContain(`error schemas.lock ${message}`);
      expect(command.complaints[0]).toContain('Take the file as the main branch has it');
    }
    expect(await readFile(lockOf(folder), 'utf8')).toBe(damaged);
  });

  it('is read with the line ends of another system', async () => {
    const { folder, check } = await published();
    await writeFile(lockOf(folder), (await readFile(lockOf(folder), 'utf8')).replaceAll('\n', '\r\n'));
    expect(await check.run('--no-drafts')).toBe(0);
  });

  it('that cannot be read is refused', async () => {
    const folder = await shopFolder();
    await mkdir(lockOf(folder));
    const { run, complaints } = commandIn(folder, runCheck);
    expect(await run()).toBe(1);
    expect(complaints[0]).toContain('LOCK_UNREADABLE: cannot read the file (EISDIR)');
  });

  it('of this repository says that every schema is published', async () => {
    const { run, complaints } = commandIn(path.join(import.meta.dirname, '../../schemas'), runCheck);
    expect(await run('--no-drafts')).toBe(0);
    expect(complaints).toEqual([]);
  });
});
