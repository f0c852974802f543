import { describe, expect, it } from 'vitest';
import { type PropertyRow, propertyRows } from './properties.ts';

const rows = (schema: Readonly<Record<string, unknown>>): readonly PropertyRow[] =>
  propertyRows({ type: 'object', ...schema });
const of = (property: unknown, $defs: Readonly<Record<string, unknown>> = {}): readonly PropertyRow[] =>
  rows({ $defs, properties: { p: property } });
/** What a table says, in short: indentation, path, type and restrictions. */
const told = (table: readonly PropertyRow[]): readonly string[] =>
  table.map(({ kind, depth, path, name, type, isRequired, restrictions }) =>
    [
      `${'  '.repeat(depth)}${kind === 'property' ? path : `<${name}>`}${isRequired ? '*' : ''}: ${type}`,
      ...restrictions.map(({ label, values }) => [label, values.join(', ')].filter(Boolean).join(' ')),
    ].join('; '),
  );
const OBJECT = { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'number' } } };

describe('the property table', () => {
  it('puts what is inside a property after it', () => {
    expect(told(rows({ required: ['p'], properties: { p: OBJECT, q: { type: 'boolean' } } }))).toEqual([
      'p*: object',
      '  p.a*: string',
      '  p.b: number',
      'q: boolean',
    ]);
  });

  it('goes into lists of objects, and lists of lists of them', () => {
    expect(told(of({ type: 'array', items: OBJECT }))).toEqual([
      'p: list of objects',
      '  p[].a*: string',
      '  p[].b: number',
    ]);
    expect(told(of({ type: 'array', items: { type: 'array', items: OBJECT } }))[1]).toBe('  p[][].a*: string');
  });

  it('names what holds for each item of a list', () => {
    expect(told(of({ type: 'array', minItems: 1, items: { type: 'string', maxLength: 3 } }))).toEqual([
      'p: list of strings; at least 1 item; each: at most 3 characters',
    ]);
  });

  it('shows the places of a fixed list', () => {
    expect(told(of({ type: 'array', minItems: 1, prefixItems: [{ type: 'string' }, OBJECT], items: false }))).toEqual([
      'p: list with fixed places; at least 1 item',
      '  p[0]*: string',
      '  p[1]: object',
      '    p[1].a*: string',
      '    p[1].b: number',
    ]);
  });

  it('shows the names that a map leaves open', () => {
    const map = { type: 'object', propertyNames: { maxLength: 3 }, additionalProperties: OBJECT };
    expect(told(of(map))).toEqual([
      'p: map',
      '  p.*: object; name: at most 3 characters',
      '    p.*.a*: string',
      '    p.*.b: number',
    ]);
    expect(told(of({ type: 'object', patternProperties: { '^x-': { type: 'string' } } }))[1]).toBe('  p./^x-/: string');
  });

  it('follows references through others, and lets what stands beside one add to it', () => {
    const $defs = {
      one: { $ref: '#/$defs/two%20words' },
      'two words': { ...OBJECT, description: 'Of the definition.' },
    };
    const [row, ...inner] = of({ $ref: '#/$defs/one', required: ['b'], description: 'Beside it.' }, $defs);
    expect(row?.description).toBe('Beside it.');
    expect(told(inner)).toEqual(['  p.a*: string', '  p.b*: number']);
    expect(of({ $ref: '#/$defs/one' }, $defs)[0]?.description).toBe('Of the definition.');
  });

  it('takes the narrower of what several parts demand', () => {
    const part = { type: ['string', 'null'], minLength: 1, enum: ['a', 'b', 'c'] };
    expect(told(of({ allOf: [part, { type: 'string', minLength: 2, enum: ['b', 'c', 'd'] }] }))).toEqual([
      'p: string; one of b, c; at least 2 characters',
    ]);
    expect(told(of({ allOf: [OBJECT, { properties: { a: { minLength: 2 } } }] }))[1]).toBe(
      '  p.a*: string; at least 2 characters',
    );
  });

  it('says of a nullable property that null may come, however it is written', () => {
    expect(told(of({ type: ['string', 'null'], maxLength: 2 }))).toEqual(['p: string or null; at most 2 characters']);
    expect(told(of({ anyOf: [{ $ref: '#/$defs/o' }, { type: 'null' }] }, { o: OBJECT }))).toEqual([
      'p: object or null',
      '  p.a*: string',
      '  p.b: number',
    ]);
  });

  it('gives each shape that a property may have a row, and its members below', () => {
    expect(
      told(
        of({
          oneOf: [
            { title: 'Card', ...OBJECT },
            { type: 'string', pattern: '^x$' },
          ],
        }),
      ),
    ).toEqual([
      'p: object or string',
      '  <Card>: object',
      '    p(1).a*: string',
      '    p(1).b: number',
      '  <either 2 of 2>: string; pattern ^x$',
    ]);
  });

  it('names members that an alternative requires and does not describe', () => {
    expect(told(of({ ...OBJECT, required: [], anyOf: [{ required: ['a'] }, { required: ['b'] }] })).slice(3)).toEqual([
      '  <any 1 of 2>: object; required a',
      '  <any 2 of 2>: object; required b',
    ]);
  });

  it('lists values, with what a schema says of each', () => {
    expect(of({ enum: ['red', 1, '1', null] })[0]?.values.map(({ value }) => value)).toEqual([
      'red',
      '1',
      '"1"',
      'null',
    ]);
    const [row] = of({
      oneOf: [
        { const: 'red', description: 'Stop.' },
        { const: 'green', title: 'Go' },
      ],
    });
    expect(row?.values).toEqual([
      { value: 'red', description: 'Stop.' },
      { value: 'green', description: 'Go' },
    ]);
    expect(told(row === undefined ? [] : [row])).toEqual(['p: string; one of red, green']);
  });

  it.each([
    [{ type: 'string', const: '' }, 'always ""'],
    [{ type: 'string', format: 'uuid' }, 'format uuid'],
    [{ type: 'number', exclusiveMinimum: 0, maximum: 9 }, 'more than 0; at most 9'],
    [
      { type: 'number', minimum: 0, exclusiveMaximum: 1, multipleOf: 0.1 },
      'at least 0; less than 1; a multiple of 0.1',
    ],
    [{ type: 'string', minLength: 2, maxLength: 2 }, 'exactly 2 characters'],
    [{ type: 'array', maxItems: 1, uniqueItems: true }, 'at most 1 item; no item twice'],
    [{ type: 'array', contains: { const: 1 } }, 'holds an item that is: always 1'],
    [{ type: 'object', minProperties: 1, dependentRequired: { a: ['b'] } }, 'at least 1 property; with a also b'],
    [{ type: 'string', default: 'x', contentEncoding: 'base64' }, 'encoded as base64; default x'],
    [{ type: 'object', not: { required: ['a'] } }, 'further conditions: see the schema'],
  ])('says of %j what it restricts', (schema, expected) => {
    expect(told(of(schema))[0]?.split('; ').slice(1).join('; ')).toBe(expected);
  });

  it('marks what is deprecated', () => {
    expect(of({ type: 'string', deprecated: true })[0]?.isDeprecated).toBe(true);
  });

  it('is not led astray by properties that are named as keywords are', () => {
    const properties = { $ref: { type: 'string' }, properties: { type: 'string' }, constructor: { type: 'string' } };
    expect(told(rows({ properties, required: ['constructor'] }))).toEqual([
      '$ref: string',
      'properties: string',
      'constructor*: string',
    ]);
  });
});
