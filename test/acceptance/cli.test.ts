import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from './capabilities.ts';
import { Cable, CliFolder } from './cli-process.ts';
import { newEvent, newTenant, type ReceivedEvent } from './events.ts';
import { publish, tokenFor, waitForHead } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { numbers, sequencesOf } from './pages.ts';

const EVENTS = 3000;

/** Shells besides bash are tried where there are some. */
const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

let folder: CliFolder;

beforeAll(() => {
  folder = new CliFolder();
});

afterAll(() => folder.remove());

const eventsIn = (text: string): readonly ReceivedEvent[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ReceivedEvent);

const sequencesIn = (text: string): readonly number[] => sequencesOf(eventsIn(text));

/** What a message says to go on with. */
const continuationIn = (messages: string): string => /--after (\d+@\S+)/.exec(messages)?.[1] ?? '';

describe('tidings replay', () => {
  const tenant = newTenant('replay');

  beforeAll(async () => {
    await publish(
      Array.from({ length: EVENTS }, (_, index) => newEvent(tenant, { subject: `transaction/${index % 10}` })),
    );
    await waitForHead(tenant, EVENTS, 120_000);
  }, 300_000);

  const replay = (...args: readonly string[]) => folder.tidings('replay', '--tenant', tenant, ...args);

  it('prints thousands of events, each once and in order, and says so', async () => {
    const { code, output, messages } = await replay();
    expect(code, messages).toBe(0);
    expect(sequencesIn(output)).toEqual(numbers(1, EVENTS));
    expect(messages).toMatch(new RegExp(`^tidings: ${EVENTS} events in [\\d.]+ s, through ${EVENTS}@\\S+\\n$`));
  });

  it('prints a part of them', async () => {
    const { output } = await replay('bank.*', '--after', '100', '--until', '200', '--subjects', 'transaction/3');
    expect(sequencesIn(output)).toHaveLength(10);
    expect(new Set(eventsIn(output).map(({ subject }) => subject))).toEqual(new Set(['transaction/3']));
  });

  it('goes on where it was interrupted while its reader was slow: each event comes exactly once', async () => {
    const first = folder.start('replay', '--tenant', tenant);
    await first.shows('"sequence"');
    // It has to wait, because nobody takes what it writes.
    first.child.stdout?.pause();
    first.child.kill('SIGINT');
    first.child.stdout?.resume();
    const { code, output, messages } = await first.ended;
    expect(code).toBe(1);
    const cursor = continuationIn(messages);
    const second = await replay('--after', cursor);
    expect(second.code, second.messages).toBe(0);
    expect([...sequencesIn(output), ...sequencesIn(second.output)]).toEqual(numbers(1, EVENTS));
  });

  it('goes on with its file', async () => {
    const file = ['--output', 'replayed.ndjson'];
    const first = await replay(...file, '--count', '1234');
    const cursor = /through (\S+)/.exec(first.messages)?.[1] ?? '';
    expect((await replay(...file)).messages).toContain('replayed.ndjson is there already: pass --append');
    const second = await replay(...file, '--append', '--after', cursor);
    expect(second.code, second.messages).toBe(0);
    expect(sequencesIn(readFileSync(join(folder.path, 'replayed.ndjson'), 'utf8'))).toEqual(numbers(1, EVENTS));
  });

  it('draws how far it has come at a terminal, and only there', async () => {
    const { code, output } = await folder.bash(
      `script -qec 'tidings replay --tenant ${tenant} --output drawn.ndjson' /dev/null < /dev/null`,
    );
    expect(code).toBe(0);
    expect(output).toMatch(/\r[█░]{24} \d+ % · \d+ events · \d+\/s · .* left/);
    expect(output).toMatch(/3000 events in/);
  });

  it('ends without a complaint when its reader has enough', async () => {
    const { code, output, messages } = await folder.bash(`tidings replay --tenant ${tenant} | head -n 5`);
    expect({ code, messages }).toEqual({ code: 0, messages: '' });
    expect(sequencesIn(output)).toEqual([1, 2, 3, 4, 5]);
  });

  it('says that history is another, and how to begin anew', async () => {
    const { code, messages } = await replay('--after', '5@another-epoch');
    expect(code).toBe(1);
    expect(messages).toMatch(/HISTORY_CUT: .*\n {2}What is left begins after the cursor 0@\S+\n$/);
  });
});

describe('tidings tail', () => {
  needs('subprotocol-echo')('brings each event once and in order through a broken socket', async () => {
    const tenant = newTenant('tail');
    const cable = await Cable.lay();
    const here = new CliFolder({ ...hubUnderTest().target, socketUrl: cable.socketUrl });
    try {
      const events = Array.from({ length: 6 }, () => newEvent(tenant));
      const [first, second, third, ...rest] = events.map((event) => [event]);
      const tail = here.start('tail', '--json', '--tenant', tenant, '--count', `${events.length}`);
      await tail.shows('live');
      await publish(first ?? []);
      await tail.shows('"sequence"');
      cable.cut();
      await publish(second ?? []);
      await publish(third ?? []);
      await waitForHead(tenant, 3);
      await tail.shows('connection lost');
      cable.mend();
      await tail.shows('"sequence"', 3);
      await publish(rest.flat());
      const { code, output, messages } = await tail.ended;
      expect(code, messages).toBe(0);
      expect(eventsIn(output).map(({ sequence }) => Number(sequence))).toEqual(numbers(1, 6));
      expect(
        eventsIn(output)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(events.map(({ id }) => id).sort());
      expect(continuationIn(messages)).toMatch(/^6@/);
    } finally {
      here.remove();
      await cable.remove();
    }
  });

  needs('subprotocol-echo')('goes on after the cursor that it said', async () => {
    const tenant = newTenant('cursor');
    await publish([newEvent(tenant), newEvent(tenant), newEvent(tenant)]);
    await waitForHead(tenant, 3);
    const first = await folder.tidings('tail', '--tenant', tenant, '--after', 'oldest', '--count', '2');
    expect(sequencesIn(first.output)).toEqual([1, 2]);
    const after = continuationIn(first.messages);
    const second = await folder.tidings('tail', '--tenant', tenant, '--after', after, '--count', '1');
    expect(sequencesIn(second.output)).toEqual([3]);
  });

  it('says what is wrong with a token, and what to do, without showing it', async () => {
    const token = await tokenFor({ scope: 'events:read' });
    const { code, output, messages } = await folder.tidings('replay', '--token', token);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(messages).toMatch(/TENANT_CLAIM_MISSING: .*\n {2}Use a token that names a tenant/);
    expect(messages).not.toContain(token);
  });
});

describe('tidings subscriptions', () => {
  it('takes one through its life', async () => {
    const tenant = newTenant('life');
    const run = (...args: readonly string[]) => folder.tidings('subscriptions', ...args, '--tenant', tenant);
    const name = 'billing/eu:1';
    expect((await run('list')).messages).toContain('there are no subscriptions');
    const created = await run('create', name, '--types', 'bank.*', '--from', 'oldest');
    expect(created.code, created.messages).toBe(0);
    expect(created.output).toMatch(/^"billing\/eu:1" is active after 0.*: types=bank\.\*\n$/);
    expect(await run('create', name)).toMatchObject({
      code: 1,
      messages: expect.stringContaining('SUBSCRIPTION_EXISTS'),
    });

    await publish([newEvent(tenant), newEvent(tenant), newEvent(tenant)]);
    await waitForHead(tenant, 3);
    expect(sequencesIn((await run('pull', name, '--limit', '2')).output)).toEqual([1, 2]);
    expect(sequencesIn((await run('pull', name, '--limit', '2', '--ack')).output)).toEqual([1, 2]);
    expect(sequencesIn((await run('pull', name)).output)).toEqual([3]);

    expect((await run('pause', name)).output).toContain('is paused after 2@');
    const paused = await run('pull', name);
    expect(paused.code).toBe(1);
    expect(paused.messages).toMatch(/SUBSCRIPTION_PAUSED: .*\n {2}`tidings subscriptions resume`/);
    await run('resume', name);
    expect((await run('ack', name, '3')).output).toMatch(/^3@/);
    expect(await run('ack', name, '4')).toMatchObject({
      code: 1,
      messages: expect.stringContaining('ACK_BEYOND_HEAD'),
    });
    const [listed] = JSON.parse((await run('list', '--json')).output);
    expect(listed).toMatchObject({ name, status: 'active', cursor: { sequence: 3 } });

    expect(await run('delete', name)).toMatchObject({ code: 2, messages: expect.stringContaining('pass --yes') });
    expect(await run('delete', name, '--yes')).toMatchObject({ code: 0 });
    expect(await run('show', name)).toMatchObject({
      code: 1,
      messages: expect.stringContaining('SUBSCRIPTION_NOT_FOUND'),
    });
  });

  needs('subprotocol-echo')('follows one, and acknowledges what it has printed', async () => {
    const tenant = newTenant('follow');
    const run = (...args: readonly string[]) => folder.tidings('subscriptions', ...args, '--tenant', tenant);
    await run('create', 'audit');
    await publish([newEvent(tenant)]);
    const following = folder.start('subscriptions', 'pull', 'audit', '--follow', '--ack', '--tenant', tenant);
    await following.shows('"sequence"');
    await publish([newEvent(tenant)]);
    await following.shows('"sequence"', 2);
    following.child.kill('SIGINT');
    const { code, output, messages } = await following.ended;
    expect(code, messages).toBe(0);
    expect(sequencesIn(output)).toEqual([1, 2]);
    expect((await run('list')).output).toMatch(/^audit\tactive\t2@/);
  });
});

describe('tidings', () => {
  it('completes commands, options and event types in bash', async () => {
    const { output, messages } = await folder.bash(`
      source <(tidings completion bash)
      complete -p tidings
      try() {
        COMP_LINE="$1" COMP_POINT=\${#1} COMP_WORDS=(tidings) COMPREPLY=()
        _tidings_complete
        echo "$1 => \${COMPREPLY[*]}"
      }
      try 'tidings sub'
      try 'tidings subscriptions re'
      try 'tidings publish bank.transaction:c'
      try "tidings tail 'bank.transaction:c"
      try 'tidings replay --types community.*,bank.test'
      try 'tidings replay --unt'
      touch some-file && try 'tidings publish --file some-'
    `);
    expect(output.split('\n').slice(0, 8), messages).toEqual([
      'complete -F _tidings_complete tidings',
      'tidings sub => subscriptions',
      'tidings subscriptions re => resume',
      // After the last colon, where bash divides words.
      'tidings publish bank.transaction:c => created@v1',
      "tidings tail 'bank.transaction:c => bank.transaction:created@v1",
      'tidings replay --types community.*,bank.test => community.*,bank.test:* community.*,bank.test:created@v1',
      'tidings replay --unt => --until',
      'tidings publish --file some- => some-file',
    ]);
  });

  it.skipIf(!isInstalled('fish'))('completes in fish', async () => {
    const { output, messages } = await folder.bash(
      `fish --no-config -c "tidings completion fish | source; complete -C 'tidings publish bank.transaction:c'"`,
    );
    expect(output.trim(), messages).toBe('bank.transaction:created@v1');
  });

  it.skipIf(!isInstalled('zsh'))('prints what zsh can read', async () => {
    expect(await folder.bash('tidings completion zsh | zsh -n /dev/stdin')).toMatchObject({ code: 0, messages: '' });
  });

  it('shows schemas without a hub', async () => {
    const nowhere = ['--target', 'nowhere.json'];
    expect((await folder.tidings('schema', 'list')).output).toContain('bank.transaction:created@v1\t');
    const { output } = await folder.tidings('schema', 'show', 'bank.transaction:created@v1', '--json');
    expect(JSON.parse(output)).toMatchObject({ 'x-tidings': { owner: 'Team Payments' } });
    expect(await folder.tidings('replay', ...nowhere)).toMatchObject({
      code: 1,
      messages: expect.stringMatching(/^tidings: cannot read the target .*nowhere\.json \(ENOENT\)\n$/),
    });
  });

  it('takes a target by its name', async () => {
    await folder.bash('mkdir -p .tidings/targets && cp .sandbox/target.json .tidings/targets/dev.json');
    const tenant = newTenant('named');
    expect(await folder.tidings('replay', '--target', 'dev', '--tenant', tenant)).toMatchObject({
      code: 0,
      output: '',
    });
    expect((await folder.tidings('replay', '--target', 'dve')).messages).toContain('did you mean dev?');
  });

  it.each([
    [['subscription'], 'tidings: unknown command "subscription"; did you mean subscriptions?\n'],
    [['subscriptions', 'lst'], 'tidings: unknown subscriptions command "lst"; did you mean list?\n'],
    [['replay', '--untill', '5'], 'tidings: unknown option --untill; did you mean --until?\n'],
    [['tail', '--after', 'x'], /^tidings: --after expects .*; found "x"\n$/],
    [
      ['publish', 'bank.transaction:craeted@v1'],
      /^tidings: unknown event type .*nearest: bank\.transaction:created@v1/,
    ],
    [['replay', '--token', 'no token'], 'tidings: the token is no JWT: expected base64url parts separated by dots\n'],
  ])('refuses %j with 2 and one line', async (args, message) => {
    const { code, output, messages } = await folder.tidings(...args);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(messages).toMatch(typeof message === 'string' ? message.trimEnd() : message);
    expect(messages.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says that there is no hub, without a stack trace', async () => {
    writeFileSync(
      join(folder.path, 'gone.json'),
      JSON.stringify({ ...hubUnderTest().target, apiUrl: 'http://127.0.0.1:1', socketUrl: 'ws://127.0.0.1:1/v1' }),
    );
    for (const command of [['replay'], ['tail'], ['publish', 'bank.test:created@v1'], ['subscriptions', 'list']]) {
      const { code, messages } = await folder.tidings(...command, '--target', 'gone.json');
      expect(code, messages).toBe(1);
      expect(messages).toContain('the hub does not answer at');
      expect(messages).not.toMatch(/\n\s+at /);
    }
  });
});
