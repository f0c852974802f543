import { describe, expect, it } from 'vitest';
import { SchemasRefused } from './finding.ts';
import { generateFiles } from './generate-files.ts';
import { folderWith, orderPlaced } from './schema-folder.ts';

const CONTRACTS = 'packages/contracts/gen';
const FILE = 'shop/order-placed.v1.json';
const TIDINGS = { type: 'shop.order:placed@v1', source: 'com.acme.shop' };

/** `code file#pointer` of every error. */
async function refusals(files: Readonly<Record<string, unknown>>): Promise<string[]> {
  const refused: unknown = await generateFiles(await folderWith(files)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SchemasRefused);
  return (refused as SchemasRefused).findings.map(({ code, file, pointer }) => `${code} ${file}#${pointer}`);
}

const withProperty = (name: string, property: unknown): Record<string, unknown> =>
  orderPlaced({ properties: { orderId: { type: 'string' }, [name]: property } });

describe('a schema folder', () => {
  it('gives types, constants and validators for a good schema, without a warning', async () => {
    const { files, warnings } = await generateFiles(await folderWith({ [FILE]: orderPlaced() }));
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['constants.ts', 'event-types.ts', 'validators.js'].map((file) => `${CONTRACTS}/${file}`)),
    );
    expect(warnings).toEqual([]);
  });

  it('is refused when it holds no schema', async () => {
    expect(await refusals({ 'readme.md': 'nothing yet' })).toEqual(['SCHEMAS_MISSING .#']);
  });

  it.each(['order-placed.v1.json', 'shop/deeper/order-placed.v1.json'])(
    'is refused for a schema at %s',
    async (file) => {
      expect(await refusals({ [file]: orderPlaced() })).toEqual([`SCHEMA_PATH_UNEXPECTED ${file}#`]);
    },
  );

  it('reports the errors of all files together', async () => {
    const other = 'shop/order-paid.v1.json';
    expect(await refusals({ [FILE]: orderPlaced({ examples: [] }), [other]: '{' })).toEqual([
      `SCHEMA_NOT_JSON ${other}#`,
      `EXAMPLES_MISSING ${FILE}#/examples`,
    ]);
  });
});

describe('a schema is refused', () => {
  const cases: readonly (readonly [name: string, content: unknown, refusal: string])[] = [
    ['that is not JSON', '{"title": }', 'SCHEMA_NOT_JSON #'],
    ['that is no object', '[]', 'SCHEMA_INVALID #'],
    [
      'of another draft',
      orderPlaced({ $schema: 'http://json-schema.org/draft-07/schema#' }),
      'SCHEMA_DIALECT_UNEXPECTED #/$schema',
    ],
    ['with a type that does not exist', withProperty('a', { type: 'text' }), 'SCHEMA_INVALID #/properties/a/type'],
    [
      'with a misspelt keyword',
      withProperty('a', { type: 'string', maxLenght: 3 }),
      'SCHEMA_KEYWORD_UNKNOWN #/properties/a/maxLenght',
    ],
    [
      'with x-tidings at a property',
      withProperty('a', { 'x-tidings': {} }),
      'SCHEMA_KEYWORD_UNKNOWN #/properties/a/x-tidings',
    ],
    ['with an unknown format', withProperty('a', { type: 'string', format: 'guid' }), 'SCHEMA_INVALID #/properties/a'],
    ['that requires what it does not define', orderPlaced({ required: ['orderld'] }), 'SCHEMA_INVALID #'],
    ['without a title', orderPlaced({ title: ' ' }), 'SCHEMA_TITLE_MISSING #/title'],
    [
      'with the $id of another file',
      orderPlaced({ $id: 'https://schemas.tidings.example/shop/a-b.v1.json' }),
      'SCHEMA_ID_MISMATCH #/$id',
    ],
    [
      'with a reference to another file',
      withProperty('a', { $ref: 'order-paid.v1.json' }),
      'REFERENCE_OUTSIDE_FILE #/properties/a/$ref',
    ],
    [
      'with a reference by anchor',
      withProperty('a', { $dynamicRef: '#node' }),
      'REFERENCE_OUTSIDE_FILE #/properties/a/$dynamicRef',
    ],
    [
      'with a reference to nothing',
      withProperty('a', { $ref: '#/$defs/nobody' }),
      'REFERENCE_UNRESOLVED #/properties/a/$ref',
    ],
    ['with a reference back to itself', withProperty('a', { $ref: '#' }), 'REFERENCE_RECURSIVE #/properties/a/$ref'],
    ['without x-tidings', orderPlaced({ 'x-tidings': undefined }), 'TIDINGS_MISSING #/x-tidings'],
    [
      'without a type',
      orderPlaced({ 'x-tidings': { source: TIDINGS.source } }),
      'TIDINGS_VALUE_INVALID #/x-tidings/type',
    ],
    [
      'without a source',
      orderPlaced({ 'x-tidings': { type: TIDINGS.type } }),
      'TIDINGS_VALUE_INVALID #/x-tidings/source',
    ],
    [
      'with an unknown x-tidings key',
      orderPlaced({ 'x-tidings': { ...TIDINGS, clientBroadcats: true } }),
      'TIDINGS_KEY_UNKNOWN #/x-tidings/clientBroadcats',
    ],
    [
      'with an x-tidings key of every object',
      orderPlaced({ 'x-tidings': { ...TIDINGS, constructor: 1 } }),
      'TIDINGS_KEY_UNKNOWN #/x-tidings/constructor',
    ],
    [
      'with a broadcast flag that is text',
      orderPlaced({ 'x-tidings': { ...TIDINGS, clientBroadcast: 'true' } }),
      'TIDINGS_VALUE_INVALID #/x-tidings/clientBroadcast',
    ],
    [
      'with a producer that is no text',
      orderPlaced({ 'x-tidings': { ...TIDINGS, producers: [1] } }),
      'TIDINGS_VALUE_INVALID #/x-tidings/producers',
    ],
    [
      'with a consumer twice',
      orderPlaced({ 'x-tidings': { ...TIDINGS, consumers: ['a', 'a'] } }),
      'TIDINGS_VALUE_INVALID #/x-tidings/consumers',
    ],
    [
      'with an owner that is empty',
      orderPlaced({ 'x-tidings': { ...TIDINGS, owner: '' } }),
      'TIDINGS_VALUE_INVALID #/x-tidings/owner',
    ],
    [
      'with a type in upper case',
      orderPlaced({ 'x-tidings': { ...TIDINGS, type: 'shop.Order:placed@v1' } }),
      'TYPE_INVALID #/x-tidings/type',
    ],
    [
      'with another version than its file name',
      orderPlaced({ 'x-tidings': { ...TIDINGS, type: 'shop.order:placed@v2' } }),
      'FILE_NAME_MISMATCH #/x-tidings/type',
    ],
    [
      'with another action than its file name',
      orderPlaced({ 'x-tidings': { ...TIDINGS, type: 'shop.order:paid@v1' } }),
      'FILE_NAME_MISMATCH #/x-tidings/type',
    ],
    [
      'with another module than its folder',
      orderPlaced({ 'x-tidings': { ...TIDINGS, type: 'bank.order:placed@v1' } }),
      'MODULE_MISMATCH #/x-tidings/type',
    ],
    [
      'with the source of another module',
      orderPlaced({ 'x-tidings': { ...TIDINGS, source: 'com.acme.bank' } }),
      'SOURCE_MISMATCH #/x-tidings/source',
    ],
    ['without an example', orderPlaced({ examples: undefined }), 'EXAMPLES_MISSING #/examples'],
    ['with an empty list of examples', orderPlaced({ examples: [] }), 'EXAMPLES_MISSING #/examples'],
    [
      'with an example that breaks it',
      orderPlaced({ examples: [{ orderId: 'a' }, { orderId: 7 }] }),
      'EXAMPLE_INVALID #/examples/1/orderId',
    ],
    [
      'with a property __proto__',
      JSON.stringify(orderPlaced()).replaceAll('orderId', '__proto__'),
      'SCHEMA_KEY_REFUSED #/properties/__proto__',
    ],
    [
      'with an example that holds __proto__',
      JSON.stringify(orderPlaced({ examples: [{ orderId: 'a', x: 1 }] })).replace('"x"', '"__proto__"'),
      'SCHEMA_KEY_REFUSED #/examples/0/__proto__',
    ],
  ];

  it.each(cases)('%s', async (_name, content, refusal) => {
    expect(await refusals({ [FILE]: content })).toContain(refusal.replace(' ', ` ${FILE}`));
  });

  it('whose type another file describes already', async () => {
    const errors = await refusals({ 'shop/order-paid.v1.json': orderPlaced(), [FILE]: orderPlaced() });
    expect(errors).toContain(`TYPE_DUPLICATE ${FILE}#/x-tidings/type`);
  });

  it('whose name in generated code another type has already, naming both files', async () => {
    const line = (file: string, type: string) =>
      orderPlaced({
        $id: `https://schemas.tidings.example/${file}`,
        'x-tidings': { type, source: TIDINGS.source },
      });
    const dotted = 'shop/order.line-added.v1.json';
    const hyphenated = 'shop/order-line-added.v1.json';
    const folder = await folderWith({
      [dotted]: line(dotted, 'shop.order.line:added@v1'),
      [hyphenated]: line(hyphenated, 'shop.order-line:added@v1'),
    });
    await expect(generateFiles(folder)).rejects.toThrow(
      `error ${dotted}#/x-tidings/type NAME_COLLISION: expected a type with a name of its own in generated code, ` +
        `found "shop.order.line:added@v1", which would be shopOrderLineAddedV1 as "shop.order-line:added@v1" of ` +
        `${hyphenated} is; rename one of them`,
    );
  });

  it('whose definitions would share a name in generated code', async () => {
    const $defs = { 'line-item': { type: 'string' }, LineItem: { type: 'string' } };
    expect(await refusals({ [FILE]: orderPlaced({ $defs }) })).toEqual([`NAME_COLLISION ${FILE}#/$defs/LineItem`]);
  });

  it('whose module would have the name of another in generated code', async () => {
    const placed = (module: string) =>
      orderPlaced({
        $id: `https://schemas.tidings.example/${module}/order-placed.v1.json`,
        'x-tidings': { type: `${module}.order:placed@v1`, source: `com.acme.${module}` },
      });
    const paid = (module: string) =>
      orderPlaced({
        $id: `https://schemas.tidings.example/${module}/order-paid.v1.json`,
        'x-tidings': { type: `${module}.order:paid@v1`, source: `com.acme.${module}` },
      });
    expect(
      await refusals({ 'shop-2/order-placed.v1.json': placed('shop-2'), 'shop2/order-paid.v1.json': paid('shop2') }),
    ).toEqual(['NAME_COLLISION shop2/order-paid.v1.json#/x-tidings/type']);
  });

  it('whose module has another source already', async () => {
    const other = 'shop/order-paid.v1.json';
    const paid = orderPlaced({
      $id: `https://schemas.tidings.example/${other}`,
      'x-tidings': { type: 'shop.order:paid@v1', source: 'com.globex.shop' },
    });
    const errors = await refusals({ [FILE]: orderPlaced(), [other]: paid });
    expect(errors).toEqual([`SOURCE_AMBIGUOUS ${FILE}#/x-tidings/source`]);
  });

  it('once, where one thing is wrong', async () => {
    expect(await refusals({ [FILE]: orderPlaced({ examples: [{}] }) })).toEqual([
      `EXAMPLE_INVALID ${FILE}#/examples/0`,
    ]);
  });

  it('with a message that says what was found and what was expected', async () => {
    const folder = await folderWith({ [FILE]: orderPlaced({ 'x-tidings': { ...TIDINGS, source: 'bank' } }) });
    await expect(generateFiles(folder)).rejects.toThrow(
      `error ${FILE}#/x-tidings/source SOURCE_MISMATCH: expected com.<company>.shop, found "bank"`,
    );
  });
});

describe('a refusal says what was found, and what to do', () => {
  it.each([
    [
      orderPlaced({ examples: [{ orderId: 7 }] }),
      '#/examples/0/orderId EXAMPLE_INVALID: must be string, found 7. Mend the example, or the schema',
    ],
    [
      orderPlaced({ examples: [{ orderId: 'a', colour: 'red' }] }),
      '#/examples/0 EXAMPLE_INVALID: must NOT have additional properties {"additionalProperty":"colour"}, found an object',
    ],
    [
      orderPlaced({ examples: [] }),
      'EXAMPLES_MISSING: expected at least one example, found an array of 0. Add "examples"',
    ],
    [
      withProperty('a', { $ref: 'order-paid.v1.json' }),
      'REFERENCE_OUTSIDE_FILE: expected a pointer into this file such as "#/$defs/name", found "order-paid.v1.json". Copy',
    ],
    [
      orderPlaced({ 'x-tidings': { ...TIDINGS, type: 'shop.order:placed@v2' } }),
      'expected the file to be named order-placed.v2.json for "shop.order:placed@v2", found order-placed.v1.json. Rename',
    ],
  ])('%#', async (content, message) => {
    await expect(generateFiles(await folderWith({ [FILE]: content }))).rejects.toThrow(message);
  });
});

describe('a schema is accepted with a warning', () => {
  it.each([
    [
      'where an object does not say whether it is open',
      orderPlaced({ additionalProperties: undefined }),
      'OBJECT_OPEN',
      '',
    ],
    [
      'where a property has no description',
      withProperty('a', { description: undefined }),
      'DESCRIPTION_MISSING',
      '/properties/a',
    ],
  ])('%s', async (_name, content, code, pointer) => {
    const { warnings } = await generateFiles(await folderWith({ [FILE]: content }));
    expect(warnings).toContainEqual(expect.objectContaining({ severity: 'warning', code, file: FILE, pointer }));
  });
});

describe('a schema is accepted', () => {
  it('with a reference inside its file, and keywords as names of properties', async () => {
    const { warnings } = await generateFiles(
      await folderWith({
        [FILE]: orderPlaced({
          $defs: { amount: { type: 'number' } },
          properties: { orderId: { $ref: '#/$defs/amount' }, title: { description: '', $ref: '#/$defs/amount' } },
          examples: [{ orderId: 1, title: 2 }],
        }),
      }),
    );
    expect(warnings).toEqual([]);
  });

  it('with an entity of two parts', async () => {
    const type = 'shop.order.line:added@v12';
    const schema = orderPlaced({
      $id: 'https://schemas.tidings.example/shop/order.line-added.v12.json',
      'x-tidings': { type, source: 'com.acme.shop', producers: ['shop'], consumers: ['stock'], owner: 'Team Shop' },
    });
    const { files } = await generateFiles(await folderWith({ 'shop/order.line-added.v12.json': schema }));
    expect(files.get(`${CONTRACTS}/catalogue.ts`)).toContain(`"type": "${type}"`);
  });
});
