import { orderPlaced } from './schema-folder.ts';

const shop = (
  entity: string,
  { version = 1, ...changes }: Readonly<Record<string, unknown>> & { readonly version?: number },
): Record<string, unknown> =>
  orderPlaced({
    $id: `https://schemas.tidings.example/shop/${entity}-placed.v${version}.json`,
    'x-tidings': { type: `shop.${entity}:placed@v${version}`, source: 'com.acme.shop' },
    required: [],
    ...changes,
  });

const closed = (properties: Readonly<Record<string, unknown>>, required = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const TEXT = { type: 'string' };
const NUMBER = { type: 'number' };

/** For tests: valid schemas, each of which uses what is easily got wrong when a type is made of it. */
export const ODD_SCHEMAS: Readonly<Record<string, Record<string, unknown>>> = {
  'shop/keywords-placed.v1.json': shop('keywords', {
    description: 'Properties that are named as keywords are. */ alert("escaped") /*',
    ...closed({
      title: { ...TEXT, title: 'A title', description: 'A title */ in a schema.' },
      examples: { type: 'array', items: NUMBER },
      $id: TEXT,
      $ref: TEXT,
      properties: closed({ description: { ...TEXT, pattern: '^[^*/]*/*$' } }),
      required: { type: 'boolean' },
      enum: { enum: ['title', 'examples'] },
      constructor: TEXT,
      'with "quotes" and\nlines': TEXT,
      ['type']: TEXT,
      default: { ...TEXT, default: 'x' },
    }),
    examples: [
      {
        title: 'a',
        examples: [1, 2],
        $id: 'b',
        $ref: 'c',
        properties: { description: '/' },
        required: true,
        enum: 'title',
        constructor: 'd',
        'with "quotes" and\nlines': 'e',
        type: 'f',
        default: 'g',
      },
    ],
  }),
  'shop/b2b-order.x-2go-placed.v12.json': shop('b2b-order.x-2go', {
    version: 12,
    $defs: {
      'postal-address': { title: 'Address', ...closed({ street: TEXT, title: TEXT }, ['street']) },
      amount: { ...closed({ value: NUMBER, currency: { enum: ['NOK', 'EUR'] } }), description: 'An amount.' },
      any: true,
      alias: { $ref: '#/$defs/amount' },
    },
    ...closed(
      {
        to: { $ref: '#/$defs/postal-address', description: 'Where it goes.', deprecated: true },
        from: { $ref: '#/$defs/postal-address' },
        lines: { type: 'array', items: { $ref: '#/$defs/amount' }, minItems: 1, maxItems: 3 },
        total: { $ref: '#/$defs/alias' },
        again: { $ref: '#/properties/inner' },
        inner: closed({ code: NUMBER }),
        whatever: { $ref: '#/$defs/any' },
      },
      ['to', 'lines', 'total', 'inner'],
    ),
    examples: [
      {
        to: { street: 'a', title: 'b' },
        from: { street: 'c' },
        lines: [{ value: 1, currency: 'NOK' }],
        total: { value: 2, currency: 'EUR' },
        again: { code: 1 },
        inner: { code: 2 },
        whatever: [1],
      },
    ],
  }),
  // The same names of definitions as above, with other contents.
  'shop/parcel-placed.v1.json': shop('parcel', {
    $defs: { 'postal-address': closed({ city: TEXT }), amount: NUMBER },
    ...closed({ to: { $ref: '#/$defs/postal-address' }, weight: { $ref: '#/$defs/amount' } }),
    examples: [{ to: { city: 'Oslo' }, weight: 2 }],
  }),
  'shop/values-placed.v1.json': shop('values', {
    ...closed({
      nothing: { const: null },
      one: { const: 'one' },
      object: { const: { a: 1 } },
      mixed: { enum: ['a', 1, null, false] },
      nullable: { type: ['string', 'null'], enum: ['x', null] },
      textOrNull: { type: ['string', 'null'] },
      objectOrNull: { type: ['object', 'null'], additionalProperties: false, properties: { a: TEXT }, required: ['a'] },
      listOrText: { type: ['array', 'string'], items: TEXT },
      integer: { type: 'integer', minimum: 1 },
      tuple: { type: 'array', prefixItems: [TEXT, NUMBER], items: false, minItems: 2 },
      lists: { type: 'array', items: { type: 'array', items: { type: ['number', 'null'] } } },
      anything: {},
    }),
    examples: [
      {
        nothing: null,
        one: 'one',
        object: { a: 1 },
        mixed: false,
        nullable: null,
        textOrNull: null,
        objectOrNull: { a: 'b' },
        listOrText: ['c'],
        integer: 1,
        tuple: ['d', 2],
        lists: [[1, null], []],
        anything: { e: [1] },
      },
      {
        nothing: null,
        one: 'one',
        object: { a: 1 },
        mixed: 'a',
        nullable: 'x',
        textOrNull: 'f',
        objectOrNull: null,
        listOrText: 'g',
        integer: 2,
        tuple: ['h', 3],
        lists: [],
        anything: null,
      },
    ],
  }),
  'shop/maps-placed.v1.json': shop('maps', {
    ...closed({
      numbers: { type: 'object', additionalProperties: NUMBER },
      byPattern: { type: 'object', additionalProperties: false, patternProperties: { '^a': TEXT } },
      twoPatterns: { type: 'object', additionalProperties: false, patternProperties: { '^a': TEXT, '^b': NUMBER } },
      named: { type: 'object', properties: { a: TEXT }, required: ['a'], additionalProperties: NUMBER },
      open: { type: 'object', properties: { a: TEXT }, required: ['a'], additionalProperties: true },
      empty: { type: 'object', additionalProperties: false },
      free: { type: 'object', additionalProperties: true },
    }),
    examples: [
      {
        numbers: { a: 1 },
        byPattern: { a1: 'x' },
        twoPatterns: { a1: 'x', b1: 2 },
        named: { a: 'x', b: 2 },
        open: { a: 'x', b: [] },
        empty: {},
        free: { a: 1 },
      },
    ],
  }),
  'shop/choices-placed.v1.json': shop('choices', {
    $defs: { base: { type: 'object', required: ['id'], properties: { id: TEXT } } },
    ...closed({
      paid: {
        oneOf: [closed({ by: { const: 'card' }, last4: TEXT }), closed({ by: { const: 'invoice' }, due: TEXT })],
      },
      either: { anyOf: [TEXT, closed({ text: TEXT })] },
      both: {
        type: 'object',
        allOf: [{ $ref: '#/$defs/base' }, { type: 'object', required: ['n'], properties: { n: NUMBER } }],
        unevaluatedProperties: false,
      },
      extended: { $ref: '#/$defs/base', type: 'object', required: ['more'], properties: { more: NUMBER } },
      conditional: {
        ...closed({ kind: { enum: ['a', 'b'] }, extra: TEXT }, ['kind']),
        if: { type: 'object', properties: { kind: { const: 'a' } } },
        // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
        then: { type: 'object', properties: { extra: { type: 'string', minLength: 1 } } },
      },
    }),
    examples: [
      {
        paid: { by: 'card', last4: '1234' },
        either: 'x',
        both: { id: 'x', n: 1 },
        extended: { id: 'x', more: 1 },
        conditional: { kind: 'a', extra: 'x' },
      },
      {
        paid: { by: 'invoice', due: 'x' },
        either: { text: 'x' },
        both: { id: 'x', n: 1 },
        extended: { id: 'x', more: 1 },
        conditional: { kind: 'b' },
      },
    ],
  }),
  'shop/union-placed.v1.json': shop('union', {
    type: 'object',
    additionalProperties: undefined,
    required: undefined,
    properties: undefined,
    oneOf: [closed({ a: TEXT }), { $ref: '#/$defs/b' }],
    $defs: { b: closed({ b: NUMBER }) },
    examples: [{ a: 'x' }, { b: 1 }],
  }),
  'shop/alias-placed.v1.json': shop('alias', {
    type: undefined,
    additionalProperties: undefined,
    required: undefined,
    properties: undefined,
    $ref: '#/$defs/whole',
    $defs: { whole: closed({ a: TEXT }) },
    examples: [{ a: 'x' }],
  }),
};
