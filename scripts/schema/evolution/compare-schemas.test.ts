import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../generate/json-value.ts';
import { canonicalSchema, placeOf } from './canonical-schema.ts';
import { compareSchemas } from './compare-schemas.ts';

const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});
const open = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const holding = (value: unknown): JsonObject => closed({ a: value });
const text = { type: 'string' };
const line = (more: JsonObject = {}, rest: JsonObject = {}): JsonObject => closed({ sku: text, ...more }, rest);

/** `CODE /pointer` of every refused change. */
const changes = (before: JsonObject, now: JsonObject): string[] =>
  compareSchemas(canonicalSchema(before), canonicalSchema(now)).map(
    ({ code, path }) => `${code} ${placeOf(now, path)}`,
  );

type Case = readonly [name: string, before: JsonObject, now: JsonObject];

describe('a published version takes', () => {
  const cases: readonly Case[] = [
    ['a new optional property', closed({ a: text }), closed({ a: text, b: { type: 'number', minimum: 3 } })],
    ['a new optional property in an object inside', holding(line()), holding(line({ n: text }))],
    [
      'a new optional property in the items of a list',
      holding({ type: 'array', items: line() }),
      holding({ type: 'array', items: line({ n: text }) }),
    ],
    [
      'a new optional property in the values of a map',
      open({}, { additionalProperties: line() }),
      open({}, { additionalProperties: line({ n: text }) }),
    ],
    [
      'a new optional property in a tuple',
      holding({ type: 'array', prefixItems: [text, line()], minItems: 2, items: false }),
      holding({ type: 'array', prefixItems: [text, line({ n: text })], minItems: 2, items: false }),
    ],
    [
      'a new optional property in an object that several places refer to',
      { ...closed({ a: { $ref: '#/$defs/l' }, b: { $ref: '#/$defs/l' } }), $defs: { l: line() } },
      { ...closed({ a: { $ref: '#/$defs/l' }, b: { $ref: '#/$defs/l' } }), $defs: { l: line({ n: text }) } },
    ],
    ['a new optional property of any kind in an open object', open({ a: text }), open({ a: text, b: { title: 'B' } })],
    [
      'a name for a key of a map',
      open({}, { additionalProperties: text }),
      open({ a: text }, { additionalProperties: text }),
    ],
    [
      'a new optional property beside as many required ones as there must be properties',
      closed({ a: text }, { required: ['a'], minProperties: 1 }),
      closed({ a: text, b: text }, { required: ['a'], minProperties: 1 }),
    ],
    [
      'other texts and examples',
      { ...holding({ ...text, title: 'A', description: 'a' }), $comment: 'x', examples: [{ a: '1' }] },
      { ...holding({ ...text, title: 'B', deprecated: true, readOnly: true }), examples: [{ a: '2' }] },
    ],
    [
      'other producers, consumers and owner',
      { ...holding(text), 'x-tidings': { owner: 'a', producers: [], consumers: ['b'] } },
      { ...holding(text), 'x-tidings': { owner: 'b', producers: ['c'] } },
    ],
    [
      'another order of keys, required properties, values and types',
      closed({ a: { enum: ['x', 'y'] }, b: { type: ['string', 'null'] } }, { required: ['a', 'b'] }),
      { required: ['b', 'a'], ...closed({ b: { type: ['null', 'string'] }, a: { enum: ['y', 'x'] } }) },
    ],
    [
      'a part that is moved to $defs',
      holding(line()),
      { ...holding({ description: 'A line.', $ref: '#/$defs/the~1line' }), $defs: { 'the/line': line() } },
    ],
    ['a definition that nobody refers to', holding(text), { ...holding(text), $defs: { unused: { type: 'number' } } }],
    [
      'another way to write the same',
      closed({ a: { enum: ['x'] }, b: { type: ['string'], minLength: 0 } }, { required: [] }),
      closed({ a: { const: 'x' }, b: text }),
    ],
    ['an open object that says so', open({ a: text }), open({ a: text }, { additionalProperties: true })],
    [
      'an object closed by the newer keyword',
      closed({ a: text }),
      { type: 'object', properties: { a: text }, unevaluatedProperties: false },
    ],
  ];

  it.each(cases)('%s', (_name, before, now) => {
    expect(changes(before, now)).toEqual([]);
  });
});

describe('a published version does not take', () => {
  const number = (limits: JsonObject = {}): JsonObject => holding({ type: 'number', ...limits });
  const string = (limits: JsonObject = {}): JsonObject => holding({ type: 'string', ...limits });
  const list = (limits: JsonObject = {}): JsonObject => holding({ type: 'array', items: text, ...limits });
  const values = (...allowed: readonly string[]): JsonObject => holding({ type: 'string', enum: allowed });
  const cases: readonly (readonly [...Case, ...refused: string[]])[] = [
    ['a removed property', closed({ a: text, b: text }), closed({ a: text }), 'PROPERTY_REMOVED /properties/b'],
    ['a renamed property', closed({ a: text }), closed({ b: text }), 'PROPERTY_REMOVED /properties/a'],
    [
      'a new required property',
      holding(text),
      closed({ a: text, b: text }, { required: ['b'] }),
      'REQUIRED_PROPERTY_ADDED /properties/b',
    ],
    [
      'an optional property that becomes required',
      holding(text),
      closed({ a: text }, { required: ['a'] }),
      'PROPERTY_BECAME_REQUIRED /properties/a',
    ],
    [
      'a required property that becomes optional',
      closed({ a: text }, { required: ['a'] }),
      holding(text),
      'PROPERTY_BECAME_OPTIONAL /properties/a',
    ],
    [
      'a new property with a rule of its own in an open object',
      open({ a: text }),
      open({ a: text, b: text }),
      'PROPERTY_ADDED_TO_OPEN_OBJECT /properties/b',
    ],
    [
      'a name for a key of a map, with another rule',
      open({}, { additionalProperties: text }),
      open({ a: { type: 'string', minLength: 1 } }, { additionalProperties: text }),
      'PROPERTY_ADDED_TO_OPEN_OBJECT /properties/a',
    ],
    [
      'a new property in items that must differ',
      holding({ type: 'array', items: line(), uniqueItems: true }),
      holding({ type: 'array', items: line({ n: text }), uniqueItems: true }),
      'PROPERTY_ADDED_UNDER_RULE /properties/a/items/properties/n',
    ],
    [
      'a new property where properties are counted',
      closed({ a: text }, { minProperties: 1 }),
      closed({ a: text, b: text }, { minProperties: 1 }),
      'PROPERTY_ADDED_UNDER_RULE /properties/b',
    ],
    [
      'a new property that another one requires',
      closed({ a: text }, { dependentRequired: { a: ['b'] } }),
      closed({ a: text, b: text }, { dependentRequired: { a: ['b'] } }),
      'PROPERTY_ADDED_UNDER_RULE /properties/b',
    ],
    [
      'a new property under a condition',
      { ...holding(text), if: { required: ['a'] }, else: false },
      { ...closed({ a: text, b: text }), if: { required: ['a'] }, else: false },
      'PROPERTY_ADDED_UNDER_RULE /properties/b',
    ],
    ['a changed type', holding(text), number(), 'TYPE_CHANGED /properties/a/type'],
    ['a widened type', holding({ type: 'integer' }), number(), 'TYPE_WIDENED /properties/a/type'],
    [
      'a type that becomes nullable',
      holding(text),
      holding({ type: ['string', 'null'] }),
      'TYPE_WIDENED /properties/a/type',
    ],
    ['a narrowed type', number(), holding({ type: 'integer' }), 'TYPE_NARROWED /properties/a/type'],
    ['a type where there was none', holding(true), holding(text), 'KEYWORD_CHANGED /properties/a'],
    ['a narrowed enum', values('x', 'y'), values('x'), 'ENUM_NARROWED /properties/a/const'],
    ['a widened enum', values('x', 'y'), values('x', 'y', 'z'), 'ENUM_WIDENED /properties/a/enum'],
    ['a changed enum', values('x', 'y'), values('x', 'z'), 'ENUM_CHANGED /properties/a/enum'],
    ['an enum where there was none', string(), values('x', 'y'), 'ENUM_NARROWED /properties/a/enum'],
    ['an enum that is taken away', values('x', 'y'), string(), 'ENUM_WIDENED /properties/a/enum'],
    ['a changed const', holding({ const: 1 }), holding({ const: 2 }), 'CONST_CHANGED /properties/a/const'],
    [
      'an enum that changes beside a const',
      holding({ const: 1, enum: [1, 2] }),
      holding({ const: 1, enum: [1, 3] }),
      'ENUM_CHANGED /properties/a/enum',
    ],
    ['a changed format', string({ format: 'uuid' }), string({ format: 'date' }), 'FORMAT_CHANGED /properties/a/format'],
    ['a new format', string(), string({ format: 'date' }), 'FORMAT_CHANGED /properties/a/format'],
    ['a changed pattern', string({ pattern: 'a' }), string({ pattern: 'b' }), 'PATTERN_CHANGED /properties/a/pattern'],
    ['a higher minimum', number({ minimum: 1 }), number({ minimum: 2 }), 'LIMIT_TIGHTENED /properties/a/minimum'],
    ['a lower minimum', number({ minimum: 1 }), number({ minimum: 0 }), 'LIMIT_LOOSENED /properties/a/minimum'],
    ['a higher maximum', number({ maximum: 1 }), number({ maximum: 2 }), 'LIMIT_LOOSENED /properties/a/maximum'],
    ['a lower maximum', number({ maximum: 1 }), number({ maximum: 0 }), 'LIMIT_TIGHTENED /properties/a/maximum'],
    [
      'a limit that excludes its own value now',
      number({ minimum: 1 }),
      number({ exclusiveMinimum: 1 }),
      'LIMIT_LOOSENED /properties/a/minimum',
      'LIMIT_TIGHTENED /properties/a/exclusiveMinimum',
    ],
    ['another step', number({ multipleOf: 2 }), number({ multipleOf: 4 }), 'LIMIT_CHANGED /properties/a/multipleOf'],
    ['a new least length', string(), string({ minLength: 1 }), 'LIMIT_TIGHTENED /properties/a/minLength'],
    ['a greater length', string({ maxLength: 9 }), string({ maxLength: 10 }), 'LIMIT_LOOSENED /properties/a/maxLength'],
    ['no greatest length', string({ maxLength: 9 }), string(), 'LIMIT_LOOSENED /properties/a/maxLength'],
    ['more items', list({ maxItems: 1 }), list({ maxItems: 2 }), 'LIMIT_LOOSENED /properties/a/maxItems'],
    ['items that must differ', list(), list({ uniqueItems: true }), 'LIMIT_TIGHTENED /properties/a/uniqueItems'],
    ['other items', list(), list({ items: { type: 'number' } }), 'TYPE_CHANGED /properties/a/items/type'],
    ['items of any kind', list(), holding({ type: 'array' }), 'KEYWORD_CHANGED /properties/a/items'],
    ['a closed object', open({ a: text }), closed({ a: text }), 'ADDITIONAL_PROPERTIES_CHANGED /additionalProperties'],
    ['an opened object', closed({ a: text }), open({ a: text }), 'ADDITIONAL_PROPERTIES_CHANGED /additionalProperties'],
    [
      'another target of a reference',
      { ...holding({ $ref: '#/$defs/a' }), $defs: { a: line(), b: line({}, { required: ['sku'] }) } },
      { ...holding({ $ref: '#/$defs/b' }), $defs: { a: line(), b: line({}, { required: ['sku'] }) } },
      'PROPERTY_BECAME_REQUIRED /$defs/b/properties/sku',
    ],
    [
      'a change behind a reference, named where it is',
      { ...holding({ $ref: '#/$defs/b' }), $defs: { b: { $ref: '#/$defs/c' }, c: line() } },
      { ...holding({ $ref: '#/$defs/b' }), $defs: { b: { $ref: '#/$defs/c' }, c: line({ sku: { type: 'number' } }) } },
      'TYPE_CHANGED /$defs/c/properties/sku/type',
    ],
    [
      'a rule beside a reference',
      { ...holding({ $ref: '#/$defs/b' }), $defs: { b: text } },
      { ...holding({ $ref: '#/$defs/b', maxLength: 3 }), $defs: { b: text } },
      'LIMIT_TIGHTENED /properties/a/maxLength',
      'KEYWORD_CHANGED /$defs/b/allOf',
      'TYPE_WIDENED /$defs/b/type',
    ],
    [
      'another oneOf',
      holding({ oneOf: [text] }),
      holding({ oneOf: [text, line()] }),
      'KEYWORD_CHANGED /properties/a/oneOf',
    ],
    [
      'another anyOf',
      holding({ anyOf: [line()] }),
      holding({ anyOf: [line({ n: text })] }),
      'KEYWORD_CHANGED /properties/a/anyOf',
    ],
    [
      'another allOf',
      holding({ allOf: [line()] }),
      holding({ allOf: [line({ n: text })] }),
      'KEYWORD_CHANGED /properties/a/allOf',
    ],
    ['another not', holding({ not: text }), holding({ not: line() }), 'KEYWORD_CHANGED /properties/a/not'],
    [
      'another default',
      holding({ type: 'string', default: 'a' }),
      holding({ type: 'string', default: 'b' }),
      'KEYWORD_CHANGED /properties/a/default',
    ],
    [
      'other keys of a map',
      open({}, { propertyNames: { maxLength: 3 } }),
      open({}, { propertyNames: { maxLength: 4 } }),
      'KEYWORD_CHANGED /propertyNames',
    ],
    ['a schema that accepts nothing', holding(text), holding(false), 'KEYWORD_CHANGED /properties/a'],
  ];

  const named = cases.map(([name, before, now, ...refused]) => ({ name, before, now, refused }));

  it.each(named)('$name', ({ before, now, refused }) => {
    expect(changes(before, now).sort()).toEqual([...refused].sort());
  });

  const rules: readonly JsonObject[] = [
    { allOf: [{ required: ['n'] }] },
    { anyOf: [{ required: ['n'] }, { maxProperties: 0 }] },
    { oneOf: [{ required: ['n'] }, { maxProperties: 0 }] },
    { not: { maxProperties: 1 } },
    { if: { required: ['sku'] }, else: false },
    { dependentSchemas: { sku: { required: ['n'] } } },
    { patternProperties: { '^s': { minLength: 1 } } },
    { enum: [{ sku: 'x', n: 'y' }, {}] },
    { const: { sku: 'x', n: 'y' } },
  ];

  it.each(rules)('a new property in an object that %o looks at, or anywhere in it', (rule) => {
    expect(changes(line({}, rule), line({ n: text }, rule))).toEqual(['PROPERTY_ADDED_UNDER_RULE /properties/n']);
    expect(changes(closed({ a: line() }, rule), closed({ a: line({ n: text }) }, rule))).toEqual([
      'PROPERTY_ADDED_UNDER_RULE /properties/a/properties/n',
    ]);
  });

  it.each([{ contains: { required: ['n'] } }, { unevaluatedItems: false }])(
    'a new property in items that %o looks at',
    (rule) => {
      const items = (item: JsonObject): JsonObject => holding({ type: 'array', items: item, ...rule });
      expect(changes(items(line()), items(line({ n: text })))).toEqual([
        'PROPERTY_ADDED_UNDER_RULE /properties/a/items/properties/n',
      ]);
    },
  );

  it('several changes at once, and names each', () => {
    const before = closed({ a: text, b: values('x', 'y'), c: text }, { required: ['a'] });
    const now = closed({ a: { type: 'number' }, b: values('x'), d: text }, { required: ['d'] });
    expect(changes(before, now)).toEqual([
      'PROPERTY_BECAME_OPTIONAL /properties/a',
      'TYPE_CHANGED /properties/a/type',
      'ENUM_NARROWED /properties/b/properties/a/const',
      'PROPERTY_REMOVED /properties/c',
      'REQUIRED_PROPERTY_ADDED /properties/d',
    ]);
  });

  it('a renamed property, and says that a name is part of what was promised', () => {
    const [change] = compareSchemas(canonicalSchema(closed({ a: text })), canonicalSchema(closed({ b: text })));
    expect(change?.note).toContain('renamed to "b"');
  });
});

describe('a schema', () => {
  it('whose references multiply beyond what can be written out is refused', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 20 }, (_, level) => [
        `d${level}`,
        level === 0 ? text : closed({ a: { $ref: `#/$defs/d${level - 1}` }, b: { $ref: `#/$defs/d${level - 1}` } }),
      ]),
    );
    expect(() => canonicalSchema({ $defs, ...holding({ $ref: '#/$defs/d19' }) })).toThrow('at most 20000 schemas');
  });
});
