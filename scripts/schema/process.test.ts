import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { filesBelow, ORDER, ROOT, runProcess, shopFolder } from './command-under-test.ts';

const NAME = ['--module', 'crm', '--entity', 'customer', '--action', 'created'];
const CREATED = 'crm/customer-created.v1.json';
const STACK = /^ +at .+:\d+:\d+/m;

/** A user who may not write everywhere, as root may. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const canBeNobody = isRoot && spawnSync(process.execPath, ['-e', ''], { uid: NOBODY, gid: NOBODY }).status === 0;
/** `script` of util-linux runs a command in a terminal of its own. */
const hasTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

describe('the commands as processes', () => {
  it('write, check and publish a schema without a terminal', async () => {
    const folder = await shopFolder();
    const at = ['--schemas', folder];
    expect(await runProcess('new', [...NAME, '--property', 'id:uuid!', ...at])).toMatchObject({ status: 0 });
    expect(await runProcess('check', at)).toMatchObject({ status: 0 });
    expect(await runProcess('check', [...at, '--no-drafts'])).toMatchObject({ status: 1 });
    expect(await runProcess('publish', at)).toMatchObject({ status: 0 });
    expect(await runProcess('check', [...at, '--no-drafts'])).toMatchObject({ status: 0 });
    expect(await filesBelow(folder)).toEqual([CREATED, 'schemas.lock', ORDER]);
  });

  it('name a missing flag, and show no stack', async () => {
    const { status, output } = await runProcess('new', ['--module', 'crm', '--schemas', await shopFolder()]);
    expect(status).toBe(2);
    expect(output).toContain('--entity is missing');
    expect(output).not.toMatch(STACK);
  });

  it('never write over each other: of two at once one writes, and the other says so', async () => {
    const folder = await shopFolder();
    const results = await Promise.all(
      ['one', 'two'].map((owner) => runProcess('new', [...NAME, '--owner', owner, '--schemas', folder])),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([0, 1]);
    expect(results.find(({ status }) => status === 1)?.output).toContain(`${CREATED} is there already`);
    expect(await filesBelow(folder)).toEqual([CREATED, ORDER]);
  });

  it.skipIf(isRoot && !canBeNobody)('say that they may not write to a folder', async () => {
    const folder = await shopFolder();
    await chmod(folder, 0o555);
    onTestFinished(() => chmod(folder, 0o755));
    const user = isRoot ? NOBODY : undefined;
    for (const [entry, args] of [['new', NAME] as const, ['publish', []] as const]) {
      const { status, output } = await runProcess(entry, [...args, '--schemas', folder], user);
      expect(output).toMatch(/cannot write .*: you may not write to that folder \(EACCES\)\. Nothing was written\./);
      expect(output).not.toMatch(STACK);
      expect(status).toBe(1);
    }
    expect(await filesBelow(folder)).toEqual([ORDER]);
  });

  it('say that a file is in the way', async () => {
    const folder = await shopFolder();
    await writeFile(`${folder}/crm`, '');
    const { status, output } = await runProcess('new', [...NAME, '--schemas', folder]);
    expect(status).toBe(1);
    expect(output).toContain('a part of the path is a file, not a folder');
    expect(output).not.toMatch(STACK);
  });

  it('use a folder that is there already, and leave nothing beside the schema', async () => {
    const folder = await shopFolder();
    await mkdir(`${folder}/crm`);
    await runProcess('new', [...NAME, '--schemas', folder]);
    expect(await filesBelow(folder)).toEqual([CREATED, ORDER]);
  });
});

describe.skipIf(!hasTerminals)('schema:new in a terminal', () => {
  function inTerminal(folder: string, ...args: readonly string[]) {
    const command = ['node', '--import', 'tsx', 'scripts/schema/new.ts', '--schemas', folder, ...args].join(' ');
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], { cwd: ROOT });
    onTestFinished(() => void child.kill());
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const until = (text: string): Promise<void> =>
      vi.waitFor(() => expect(output).toContain(text), { timeout: 20_000 });
    return { ended, until, send: (text: string) => child.stdin.write(text), output: () => output };
  }

  it('stops at Ctrl-C without a stack, and has written nothing', async () => {
    const folder = await shopFolder();
    const terminal = inTerminal(folder);
    await terminal.until('Module (the folder');
    terminal.send('crm\r');
    await terminal.until('Entity (what it happened to)');
    terminal.send('cust\u0003');
    expect(await terminal.ended).toBe(130);
    expect(terminal.output()).toContain('Stopped. Nothing was written.');
    expect(terminal.output()).not.toMatch(STACK);
    expect(await filesBelow(folder)).toEqual([ORDER]);
  });

  it('asks again where an answer will not do, and writes what was answered', async () => {
    const folder = await shopFolder();
    const rest = [
      '--title',
      'New',
      '--description',
      'Came.',
      '--owner',
      'crm',
      '--producer',
      'crm',
      '--consumer',
      'web',
    ];
    const terminal = inTerminal(folder, '--module', 'crm', '--action', 'created', ...rest, '--property', 'id:uuid');
    await terminal.until('Entity (what it happened to)');
    terminal.send('Customer\r');
    await terminal.until('expected an entity');
    terminal.send('\u0015customer\r');
    await terminal.until('Source (com.<company>.crm)');
    terminal.send('\r');
    await terminal.until('May these events reach browsers?');
    terminal.send('\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain('clientBroadcast is false');
    expect(await filesBelow(folder)).toEqual([CREATED, ORDER]);
  });
});
