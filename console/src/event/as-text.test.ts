import { execFileSync } from 'node:child_process';
import { newEvent, type RecordedEvent } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { asCurl, asJson, asTypeScript } from './as-text.ts';

const event = (changes: Readonly<Record<string, unknown>> = {}): RecordedEvent =>
  ({
    specversion: '1.0',
    id: 'old-id',
    source: 'com.example.bank',
    type: 'bank.test:created@v1',
    tenantid: 'acme',
    time: '2026-01-31T09:30:00Z',
    recordedtime: '2026-01-31T09:30:01Z',
    sequence: '00000000000000000007',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    data: { name: 'John' },
    ...changes,
  }) as unknown as RecordedEvent;

/** What a shell hands to the program that is called: the command with `printf` in place of `curl`. */
const asShellReads = (command: string): readonly string[] =>
  execFileSync('sh', ['-c', `TOKEN=placeholder; ${command.replace(/^curl/, `printf '%s\\0'`)}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

describe('an event as a command', () => {
  it('holds an event of its own: a new id, and nothing that the hub had added', () => {
    const body = JSON.parse(asShellReads(asCurl(event(), 'https://api.example.com', 'new-id')).at(-1) ?? '');
    expect(body).toEqual({
      specversion: '1.0',
      id: 'new-id',
      source: 'com.example.bank',
      type: 'bank.test:created@v1',
      tenantid: 'acme',
      data: { name: 'John' },
    });
  });

  it.each(["it's", '$(touch /tmp/x)', '`id`', '"; exit 1; "', '\\', "'\\''", '$TOKEN', 'ü 漢 🎉', '\u202Etxt.exe'])(
    'hands %j to the hub as it is, and lets no shell run it',
    (name) => {
      const read = asShellReads(asCurl(event({ data: { name } }), 'https://api.example.com', 'new-id'));
      expect(JSON.parse(read.at(-1) ?? '')).toMatchObject({ data: { name } });
      expect(read).toContain('Authorization: Bearer placeholder');
    },
  );
});

describe('an event as a program', () => {
  it.each([
    { name: "it's", "a-b c'd": ['x', { deep: null }], empty: {}, none: [] },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay what it is here
    { name: '${process.exit()}', '"quoted"': '\\ \n \u2028 \u202E' },
    { list: [1, true, 2.5], ['__proto__']: { isAdmin: true } },
  ])('publishes the same content (%#)', (data) => {
    const program = asTypeScript(event({ data, subject: "o'hara" }), "https://api.example.com/'");
    const [, argument] = /await tidings\.publish\((.*)\);\n$/s.exec(program) ?? [];
    const published = new Function(`return (${argument});`)() as Record<string, unknown>;
    expect(published).toEqual({ type: 'bank.test:created@v1', tenantid: 'acme', subject: "o'hara", data });
    expect(JSON.stringify(published['data'])).toBe(JSON.stringify(data));
  });
});

describe('an event as a program, for the client', () => {
  it('names its audience as lists, and attributes of its own as the client takes them', () => {
    const text = asTypeScript(event({ organizationids: 'north,south', myattribute: 'x' }), 'https://api.example.com');
    const [, argument] = /await tidings\.publish\((.*)\);\n$/s.exec(text) ?? [];
    const complete = newEvent(new Function(`return (${argument});`)());
    expect(complete).toMatchObject({ organizationids: 'north,south', myattribute: 'x', source: 'com.tidings.bank' });
  });
});

describe('an event as JSON', () => {
  it('hides nothing, and means the same', () => {
    const hostile = event({ data: { text: 'safe\u202Egpj.exe\u200B\u2066' } });
    expect(asJson(hostile)).toContain('safe\\u202egpj.exe\\u200b\\u2066');
    expect(JSON.parse(asJson(hostile))).toEqual(hostile);
  });

  it('leaves hidden characters to a view that shows them, unless it would have to draw very many', () => {
    const text = (count: number) => asJson({ text: '\u200B'.repeat(count) }, true);
    expect(text(20)).toContain('\u200B'.repeat(20));
    expect(text(1000)).toContain('\\u200b'.repeat(1000));
  });

  it('is not indented where it is nested so deep that there would be more indentation than text', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(asJson(nested(50))).toContain('\n');
    expect(asJson(nested(1000))).toHaveLength(2000);
    expect(asJson(nested(200_000))).toMatch(/cannot be written as JSON: RangeError/);
  });

  it('says so if a browser cannot write it, instead of taking the page with it', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(asJson(loop)).toBe('(This cannot be written as JSON: TypeError)');
  });
});
