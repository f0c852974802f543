import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../generate/schema-folder.ts';
import { runCheck } from './check-command.ts';
import { commandIn, filesBelow, ORDER, orderPlaced, shopFolder } from './command-under-test.ts';
import { KINDS } from './draft/property-kind.ts';
import type { Questions } from './draft/questions.ts';
import { runNew } from './new-command.ts';

const NAME = ['--module', 'crm', '--entity', 'customer', '--action', 'created'];
const CREATED = 'crm/customer-created.v1.json';

const newIn = (folder: string, questions?: Questions) =>
  commandIn(folder, (args, around) => runNew(args, around, async () => questions));

const schemaIn = async (folder: string, file: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path.join(folder, file), 'utf8'));

/** Runs the command, and expects a file without any finding. */
async function created(args: readonly string[], file = CREATED, folder?: string) {
  const into = folder ?? (await shopFolder());
  const { run, complaints, printed } = newIn(into);
  expect({ code: await run(...args), complaints }).toEqual({ code: 0, complaints: [] });
  const check = commandIn(into, runCheck);
  expect({ code: await check.run(), complaints: check.complaints }).toEqual({ code: 0, complaints: [] });
  return { folder: into, printed, schema: await schemaIn(into, file) };
}

async function refused(args: readonly string[], folder?: string) {
  const into = folder ?? (await shopFolder());
  const before = await filesBelow(into);
  const { run, complaints } = newIn(into);
  const code = await run(...args);
  expect(await filesBelow(into)).toEqual(before);
  return { code, message: complaints[0] ?? '' };
}

describe('schema:new writes a schema that is good at once', () => {
  it('from module, entity and action alone', async () => {
    const { schema, printed } = await created(NAME);
    expect(schema).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `https://schemas.tidings.example/${CREATED}`,
      title: 'Customer created',
      description: 'Customer created.',
      'x-tidings': { type: 'crm.customer:created@v1', source: 'com.acme.crm', clientBroadcast: false },
      type: 'object',
      additionalProperties: false,
      properties: {},
      examples: [{}],
    });
    expect(printed.join('\n')).toMatch(/Wrote .*crm.customer:created@v1[\s\S]*Browsers do not receive[\s\S]*Next:/);
  });

  it('with properties of every kind, and lists of them', async () => {
    const kinds = [...Object.keys(KINDS), 'enum=red,green'];
    const flags = kinds.flatMap((kind, index) => [
      '--property',
      `p${index}:${kind}!`,
      '--property',
      `l${index}:${kind}[]`,
    ]);
    const { schema } = await created([...NAME, ...flags]);
    expect(Object.keys(schema['properties'] as object)).toHaveLength(kinds.length * 2);
  });

  it('with objects and lists of objects inside, required where they say so', async () => {
    const { schema } = await created([
      ...NAME,
      ...['--property', 'address.city:string!:Where they live.', '--property', 'address:object!:The home.'],
      ...['--property', 'lines[].sku:string!'],
    ]);
    expect(schema).toMatchObject({
      required: ['address'],
      properties: {
        address: {
          description: 'The home.',
          required: ['city'],
          additionalProperties: false,
          properties: { city: { title: 'City', description: 'Where they live.', type: 'string' } },
        },
        lines: { type: 'array', items: { required: ['sku'], additionalProperties: false } },
      },
      examples: [{ address: { city: 'Some city' }, lines: [{ sku: 'Some sku' }] }],
    });
  });

  it('with everything that it can be told', async () => {
    const { schema } = await created([
      ...[...NAME, '--title', 'New customer', '--description', 'Somebody came.', '--owner', 'Team CRM'],
      ...['--producer', 'crm', '--consumer', 'mail', '--consumer', 'web', '--broadcast', '--source', 'com.other.crm'],
    ]);
    expect(schema).toMatchObject({
      title: 'New customer',
      description: 'Somebody came.',
      'x-tidings': {
        source: 'com.other.crm',
        owner: 'Team CRM',
        producers: ['crm'],
        consumers: ['mail', 'web'],
        clientBroadcast: true,
      },
    });
  });

  it('in the looks of the other schemas', async () => {
    const { folder } = await created([...NAME, '--property', 'colour:enum=red,green!']);
    const text = await readFile(path.join(folder, CREATED), 'utf8');
    expect(text).toContain('  "required": ["colour"],\n');
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('for the next version as a copy of the latest, with what is added', async () => {
    const ORDERED = ['--module', 'shop', '--entity', 'order', '--action', 'placed'];
    const file = 'shop/order-placed.v2.json';
    const folder = await shopFolder({ deprecated: true });
    const args = [...ORDERED, '--new-version', '--property', 'total:number!'];
    const { schema } = await created(args, file, folder);
    const first = await schemaIn(folder, ORDER);
    const { deprecated: _, ...kept } = first;
    expect(schema).toEqual({
      ...kept,
      $id: `https://schemas.tidings.example/${file}`,
      'x-tidings': { type: 'shop.order:placed@v2', source: 'com.acme.shop', clientBroadcast: false },
      required: ['orderId', 'total'],
      properties: {
        ...(first['properties'] as object),
        total: { title: 'Total', description: 'The total.', type: 'number' },
      },
      examples: [{ orderId: 'a;b:c@d', total: 12.5 }],
    });
    await created([...ORDERED, '--version', '3'], 'shop/order-placed.v3.json', folder);
  });
});

describe('schema:new refuses', () => {
  const SHOP = ['--module', 'shop', '--entity', 'order', '--action', 'placed'];
  const cases: readonly (readonly [name: string, args: readonly string[], code: number, message: string])[] = [
    ['a missing module without a terminal', [], 2, '--module is missing'],
    ['a missing action without a terminal', NAME.slice(0, 4), 2, '--action is missing'],
    ['a module in capitals', ['--module', 'CRM', ...NAME.slice(2)], 2, '--module: expected the name of a module'],
    ['a module that is a path', ['--module', '../crm', ...NAME.slice(2)], 2, '--module: expected the name of a module'],
    [
      'a module that no bus could be named after',
      ['--module', 'c'.repeat(300), ...NAME.slice(2)],
      2,
      'a type has at most 128 characters in all',
    ],
    [
      'an entity with two dots',
      [...NAME.slice(0, 2), '--entity', 'a.b.c', ...NAME.slice(4)],
      2,
      '--entity: expected an entity',
    ],
    ['an action with a version', [...NAME.slice(0, 4), '--action', 'created@v2'], 2, '--action: expected an action'],
    [
      'names that are too long together',
      ['--module', 'c'.repeat(60), '--entity', 'e'.repeat(60), '--action', 'created'],
      2,
      'at most 128 characters',
    ],
    ['a type that is there already', SHOP, 1, `${ORDER} is there already`],
    ['a version that is there already', [...SHOP, '--version', '1'], 1, `${ORDER} is there already`],
    ['a gap between versions', [...SHOP, '--version', '3'], 1, 'expected 2, found 3'],
    ['a first version that is not the first', [...NAME, '--version', '2'], 1, 'expected 1, found 2'],
    ['a version that is no number', [...NAME, '--version', 'v1'], 2, 'expected a number from 1 to 999999, found "v1"'],
    ['two wishes for the version', [...SHOP, '--version', '2', '--new-version'], 2, 'found both'],
    ['two wishes for browsers', [...NAME, '--broadcast', '--no-broadcast'], 2, 'found both'],
    [
      'another company than that of the module',
      [...SHOP.slice(0, 4), '--action', 'paid', '--source', 'com.other.shop'],
      1,
      'nothing was written',
    ],
    ['a source of another module', [...NAME, '--source', 'com.acme.bank'], 1, 'nothing was written'],
    ['a property that would be a prototype', [...NAME, '--property', '__proto__:string'], 2, '__proto__'],
    ['a property without a type', [...NAME, '--property', 'a'], 2, 'expected <name>:<type>'],
    ['a property of an unknown type', [...NAME, '--property', 'a:text'], 2, 'expected a type out of string, number'],
    [
      'a property twice',
      [...NAME, '--property', 'a:string', '--property', 'a:number'],
      2,
      'expected each property once',
    ],
    [
      'a property inside of a text',
      [...NAME, '--property', 'a:string', '--property', 'a.b:number'],
      2,
      'expected each property once',
    ],
    ['an enum with a value twice', [...NAME, '--property', 'a:enum=x,x'], 2, 'expected different values'],
    [
      'a property that the version before has',
      [...SHOP, '--new-version', '--property', 'orderId:string'],
      1,
      'has "orderId" already',
    ],
    ['to force anything', [...NAME, '--force'], 2, "Unknown option '--force'"],
    ['an argument without its name', [...NAME, 'more'], 2, "Unexpected argument 'more'"],
  ];

  it.each(cases)('%s', async (_name, args, code, message) => {
    const result = await refused(args);
    expect(result).toMatchObject({ code });
    expect(result.message).toContain(message);
  });

  it('to guess the company where there are several', async () => {
    const bank = orderPlaced({
      $id: 'https://schemas.tidings.example/bank/a-b.v1.json',
      'x-tidings': { type: 'bank.a:b@v1', source: 'com.other.bank' },
    });
    const folder = await folderWith({ [ORDER]: orderPlaced(), 'bank/a-b.v1.json': bank });
    expect((await refused(NAME, folder)).message).toContain('--source is missing (com.<company>.crm');
  });

  it('to copy a version that is broken', async () => {
    const folder = await folderWith({ [ORDER]: '{' });
    const { message } = await refused([...SHOP, '--new-version'], folder);
    expect(message).toContain(`expected a good schema in ${ORDER}`);
  });

  it('to go on from a lock that it cannot trust', async () => {
    const folder = await folderWith({ [ORDER]: orderPlaced(), 'schemas.lock': '<<<<<<< HEAD' });
    expect((await refused(NAME, folder)).message).toContain('LOCK_MERGE_CONFLICT');
  });
});

describe('schema:new in a terminal', () => {
  /** Answers by the beginning of the question; the default where there is none. */
  const answering = (answers: Readonly<Record<string, readonly (string | boolean)[]>>) => {
    const left = new Map(Object.entries(answers).map(([question, given]) => [question, [...given]]));
    const asked: string[] = [];
    const next = (message: string): string | boolean | undefined => {
      asked.push(message);
      return [...left].find(([question]) => message.startsWith(question))?.[1].shift();
    };
    const questions: Questions = {
      text: async (message, { byDefault = '', problem } = {}) => {
        const answer = String(next(message) ?? byDefault);
        const wrong = problem?.(answer);
        return wrong === undefined ? answer : Promise.reject(new Error(wrong));
      },
      confirm: async (message, byDefault) => (next(message) === undefined ? byDefault : !byDefault),
      choose: async (message, choices) => {
        const answer = next(message);
        const chosen = choices.find(({ value }) => value === answer) ?? choices[0];
        return chosen === undefined ? Promise.reject(new Error('no choices')) : chosen.value;
      },
    };
    return { questions, asked };
  };

  it('asks for what was not given, also whether browsers may see it: not, unless somebody says so', async () => {
    const folder = await shopFolder();
    const { questions, asked } = answering({
      Entity: ['customer'],
      'Name of a property': ['id', 'kind', ''],
      'What does it hold?': ['uuid', 'enum'],
      'Which values?': ['a, b'],
      Owner: ['Team CRM'],
    });
    const { run } = newIn(folder, questions);
    expect(await run('--module', 'crm', '--action', 'created')).toBe(0);
    expect(asked.some((question) => question.startsWith('May these events reach browsers?'))).toBe(true);
    expect(asked.some((question) => question.startsWith('Module'))).toBe(false);
    expect(await schemaIn(folder, CREATED)).toMatchObject({
      'x-tidings': { clientBroadcast: false, owner: 'Team CRM', source: 'com.acme.crm' },
      required: ['id', 'kind'],
      properties: { id: { format: 'uuid' }, kind: { enum: ['a', 'b'] } },
    });
  });

  it('offers the next version of a type that is there', async () => {
    const folder = await shopFolder();
    const { questions, asked } = answering({ Module: ['shop'], Entity: ['order'], Action: ['placed'] });
    expect(await newIn(folder, questions).run()).toBe(0);
    expect(asked).toContain('v1 is there already. Add v2, as a copy to begin with?');
    expect(await filesBelow(folder)).toContain('shop/order-placed.v2.json');
  });

  it('asks nothing with --yes', async () => {
    const { questions, asked } = answering({});
    expect(await newIn(await shopFolder(), questions).run(...NAME, '--yes')).toBe(0);
    expect(asked).toEqual([]);
  });
});
