import { describe, expect, it } from 'vitest';
import { validator, violationsOf } from './validator.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'address'],
  properties: {
    name: { type: 'string', minLength: 1 },
    kind: { type: 'string', enum: ['a', 'b'] },
    amount: { anyOf: [{ type: 'number' }, { type: 'string', pattern: '^[0-9]+$' }] },
    address: { $ref: '#/$defs/Address' },
    'odd/name': { type: 'number' },
  },
  $defs: {
    Address: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
};

const paths = (data: unknown) => violationsOf(schema, data).map(({ path }) => path);

describe('the validator of the form', () => {
  it('finds nothing wrong with data that fits', () => {
    expect(violationsOf(schema, { name: 'x', amount: '12', address: { city: 'y' } })).toEqual([]);
  });

  it('names the property that is missing, also behind a reference, and not the objects around it', () => {
    expect(paths({ address: {} })).toEqual(['/name', '/address/city']);
  });

  it('names a property that there is none of, once', () => {
    expect(violationsOf(schema, { name: 'x', address: { city: 'y' }, other: 1 })).toEqual([
      { path: '/other', message: 'The schema has no property of this name' },
    ]);
  });

  it('says of several possible schemas only that none fits', () => {
    expect(paths({ name: 'x', address: { city: 'y' }, amount: true })).toEqual(['/amount']);
  });

  it('escapes names as JSON pointers do', () => {
    expect(paths({ name: 'x', address: { city: 'y' }, 'odd/name': 'z' })).toEqual(['/odd~1name']);
  });

  it('leaves the schema as it was given', () => {
    const given = structuredClone(schema);
    violationsOf(given, {});
    expect(given).toEqual(schema);
  });

  it('tells the form which part of a schema fits, by what the whole defines', () => {
    expect(validator.isValid({ $ref: '#/$defs/Address' }, { city: 'y' }, schema as never)).toBe(true);
    expect(validator.isValid({ $ref: '#/$defs/Address' }, {}, schema as never)).toBe(false);
    expect(validator.isValid({ type: 'string' }, undefined, schema as never)).toBe(false);
  });

  it('gives the form its errors as a list and as a tree', () => {
    const { errors, errorSchema } = validator.validateFormData({ name: '', address: { city: 'y' } }, schema as never);
    expect(errors.map(({ property }) => property)).toEqual(['/name']);
    expect(errorSchema).toEqual({ name: { __errors: [expect.stringContaining('too short')] } });
  });
});
