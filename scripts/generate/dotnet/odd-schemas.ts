import { orderPlaced } from '../schema-folder.ts';

const shop = (entity: string, changes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  orderPlaced({
    $id: `https://schemas.tidings.example/shop/${entity}-placed.v1.json`,
    'x-tidings': { type: `shop.${entity}:placed@v1`, source: 'com.acme.shop' },
    type: 'object',
    additionalProperties: false,
    required: [],
    ...changes,
  });

const TEXT = { type: 'string' };

/** For tests: valid schemas, each of which uses what is easily got wrong when a class of C# is made of it. */
export const DOTNET_ODD_SCHEMAS: Readonly<Record<string, Record<string, unknown>>> = {
  'shop/names-placed.v1.json': shop('names', {
    properties: {
      ...Object.fromEntries(
        ['Clone', 'equals', 'getHashCode', 'toString', 'getType', 'equalityContract', 'printMembers', 'class'].map(
          (name) => [name, TEXT],
        ),
      ),
      shopNamesPlacedV1: TEXT,
      a: TEXT,
      A: TEXT,
      'a-b': TEXT,
      aB: TEXT,
      '2nd': TEXT,
      '': TEXT,
      '☃': TEXT,
      größe: TEXT,
      '"\\\u2028{0}': TEXT,
      additionalProperties: TEXT,
    },
    additionalProperties: true,
    examples: [
      {
        Clone: '1',
        equals: '2',
        getHashCode: '3',
        toString: '4',
        getType: '5',
        equalityContract: '6',
        printMembers: '7',
        class: '8',
        shopNamesPlacedV1: '9',
        a: '10',
        A: '11',
        'a-b': '12',
        aB: '13',
        '2nd': '14',
        '': '15',
        '☃': '16',
        größe: '17',
        '"\\\u2028{0}': '18',
        additionalProperties: '19',
        other: { x: [1, null] },
      },
    ],
  }),
  'shop/formats-placed.v1.json': shop('formats', {
    deprecated: true,
    required: ['at', 'price'],
    properties: {
      at: { type: 'string', format: 'date-time' },
      times: { type: 'array', items: { type: 'string', format: 'date-time' } },
      on: { type: 'string', format: 'date' },
      days: { type: 'array', items: { type: 'string', format: 'date' } },
      id: { type: 'string', format: 'uuid' },
      price: { type: 'number', format: 'decimal' },
      rate: { type: 'number', multipleOf: 0.01 },
      count: { type: 'integer', format: 'int32' },
      total: { type: 'integer' },
      ratio: { type: 'number' },
      old: { type: 'string', deprecated: true },
      yes: { const: true },
    },
    examples: [
      {
        at: '2024-02-29T23:59:59.123456+01:00',
        times: ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'],
        on: '2024-02-29',
        days: ['1999-12-31'],
        id: '123E4567-e89b-12d3-a456-426614174000',
        price: 12345678.91,
        rate: 0.25,
        count: -1,
        total: 9007199254740991,
        ratio: 1e300,
        old: 'x',
        yes: true,
      },
      { at: '2024-02-29T23:59:59Z', price: 0 },
    ],
  }),
  'shop/enums-placed.v1.json': shop('enums', {
    properties: {
      plain: { type: 'string', enum: ['in-progress', 'inProgress', 'IN_PROGRESS', '1', '¿', 'default'] },
      spaced: { type: 'string', enum: [' x', ''] },
      listed: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
      byName: { type: 'object', additionalProperties: { type: 'string', enum: ['a', 'b'] } },
      numbers: { enum: [1, 2.5] },
      orNull: { anyOf: [{ type: 'string', enum: ['x', 'y'] }, { type: 'null' }] },
      nested: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['kind', 'rows'],
          properties: { kind: { const: 'row' }, rows: { type: 'array', items: { type: 'array', items: TEXT } } },
        },
      },
    },
    required: ['orNull'],
    examples: [
      {
        plain: 'IN_PROGRESS',
        spaced: '',
        listed: ['b', 'a'],
        byName: { 'a b': 'a' },
        numbers: 2.5,
        orNull: null,
        nested: [{ kind: 'row', rows: [['x'], []] }],
      },
      { plain: '¿', orNull: 'y' },
    ],
  }),
};
