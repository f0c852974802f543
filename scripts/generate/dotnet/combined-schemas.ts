import { shop, TEXT } from './odd-schemas.ts';

const NUMBER = { type: 'number' };

const kindOf = (kind: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: { kind: { const: kind } },
  ...more,
});

/** For tests: valid schemas that combine others, with data that a class would refuse or forget which is too narrow. */
export const DOTNET_COMBINED_SCHEMAS: Readonly<Record<string, Record<string, unknown>>> = {
  'shop/either-placed.v1.json': shop('either', {
    $defs: {
      textOrNull: { type: ['string', 'null'] },
      note: { deprecated: true, type: 'object', additionalProperties: false, properties: { text: TEXT } },
    },
    properties: {
      open: {
        oneOf: [
          { type: 'object', required: ['a'], properties: { a: TEXT } },
          { type: 'object', required: ['b'], properties: { b: TEXT } },
        ],
      },
      others: {
        anyOf: [
          { type: 'object', required: ['a'], properties: { a: TEXT }, additionalProperties: false },
          { type: 'object', required: ['b'], properties: { b: TEXT }, additionalProperties: NUMBER },
        ],
      },
      closed: {
        type: 'object',
        unevaluatedProperties: false,
        oneOf: [
          { type: 'object', required: ['a'], properties: { a: TEXT } },
          { type: 'object', required: ['b'], properties: { b: TEXT } },
        ],
      },
      patterns: { oneOf: [kindOf('x', { patternProperties: { '^x-': TEXT } }), kindOf('y')] },
      onlyPatterns: {
        anyOf: [
          { type: 'object', additionalProperties: false, patternProperties: { '^a': TEXT } },
          { type: 'object', additionalProperties: false, patternProperties: { '^b': NUMBER } },
        ],
      },
      conditional: {
        type: 'object',
        required: ['kind'],
        properties: { kind: TEXT },
        if: { type: 'object', properties: { kind: { const: 'a' } } },
        // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
        then: { type: 'object', properties: { extra: TEXT } },
        unevaluatedProperties: false,
      },
      dependent: {
        type: 'object',
        properties: { card: TEXT },
        dependentSchemas: { card: { type: 'object', properties: { address: TEXT } } },
        unevaluatedProperties: false,
      },
      conditionalWithin: {
        type: 'object',
        allOf: [
          {
            type: 'object',
            required: ['kind'],
            properties: { kind: TEXT },
            if: { type: 'object', properties: { kind: { const: 'a' } } },
            // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
            then: { type: 'object', properties: { extra: TEXT } },
          },
        ],
        unevaluatedProperties: false,
      },
      restrictedNull: { allOf: [{ $ref: '#/$defs/textOrNull' }, { not: { const: 'x' } }] },
      note: { $ref: '#/$defs/note' },
      notes: { type: 'array', items: { $ref: '#/$defs/note' } },
      numbers: { anyOf: [{ type: 'integer' }, { type: 'number', maximum: 0 }] },
      lists: {
        anyOf: [
          { type: 'array', items: { type: 'string', format: 'date' } },
          { type: 'array', items: TEXT },
        ],
      },
      objectOnly: { type: ['object'], additionalProperties: false, properties: { a: TEXT } },
    },
    required: ['restrictedNull'],
    examples: [
      {
        open: { a: 'x', b: 5 },
        others: { a: 'x' },
        closed: { a: 'x' },
        patterns: { kind: 'x', 'x-1': '1' },
        onlyPatterns: { a1: 'x' },
        conditional: { kind: 'a', extra: 'x' },
        dependent: { card: 'x', address: 'y' },
        conditionalWithin: { kind: 'a', extra: 'x' },
        restrictedNull: null,
        note: { text: 'x' },
        notes: [{}],
        numbers: -0.5,
        lists: ['x', '2024-02-29'],
        objectOnly: { a: 'x' },
      },
      {
        open: { a: [1], b: 'x', c: {} },
        others: { b: 'x', a: 1, c: 2 },
        closed: { b: 'x' },
        patterns: { kind: 'y' },
        onlyPatterns: { b1: 1 },
        restrictedNull: 'y',
        lists: ['2024-02-29'],
      },
    ],
  }),
};
