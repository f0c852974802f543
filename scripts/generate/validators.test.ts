import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { type ValidateFunction, validators } from '@tidings/contracts/gen/validators.js';
import { describe, expect, it } from 'vitest';
import { type JsonObject, member } from './json-value.ts';
import { requiredMembers, withoutMember } from './required-members.ts';

const SCHEMAS = path.join(import.meta.dirname, '../../schemas');

interface Described {
  readonly type: string;
  readonly schema: JsonObject;
  readonly examples: readonly unknown[];
}

// Read again from the files, so that the tests do not ask the generator what it should have generated.
const described: readonly Described[] = readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')) as JsonObject)
  .map((schema) => ({
    type: String(member(schema['x-tidings'], 'type')),
    schema,
    examples: schema['examples'] as readonly unknown[],
  }));

function validatorOf(type: string): ValidateFunction {
  const validate = validators[type];
  if (validate === undefined) throw new Error(`no validator for ${type}`);
  return validate;
}

const examples = described.flatMap(({ type, schema, examples: all }) =>
  all.map((example, index) => ({ type, index, schema, example })),
);
const mutations = examples.flatMap(({ type, index, schema, example }) =>
  requiredMembers(schema, example).map(({ pointer, name }) => ({
    type,
    index,
    pointer,
    name,
    mutated: withoutMember(example, pointer, name),
  })),
);
const DEEP = 20_000;
const nested = (open: string, close: string): unknown => JSON.parse(open.repeat(DEEP) + close.repeat(DEEP));

describe('the generated validators', () => {
  it('are one for each schema, as is the catalogue', () => {
    const types = described.map(({ type }) => type).sort();
    expect(Object.keys(validators)).toEqual(types);
    expect(eventTypes.map(({ type }) => type)).toEqual(types);
  });

  it.each(examples)('accept example $index of $type', ({ type, example }) => {
    expect(validatorOf(type)(example)).toBe(true);
    expect(validatorOf(type).errors).toBeNull();
  });

  it.each(mutations)('refuse example $index of $type without $pointer/$name', ({ type, pointer, name, mutated }) => {
    const validate = validatorOf(type);
    expect(validate(mutated)).toBe(false);
    expect(validate.errors).toContainEqual(
      expect.objectContaining({ instancePath: pointer, keyword: 'required', params: { missingProperty: name } }),
    );
  });

  it('are tried with every required member of every schema', () => {
    expect(mutations.length).toBeGreaterThan(100);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('do not know a type %s', (type) => {
    expect(validators[type]).toBeUndefined();
  });

  it('cannot be replaced', () => {
    expect(Object.isFrozen(validators)).toBe(true);
  });

  it('need no package: they import each other and nothing else', () => {
    const folder = path.join(import.meta.dirname, '../../packages/contracts/gen');
    const files = [
      'validators.js',
      ...readdirSync(path.join(folder, 'validators')).map((name) => `validators/${name}`),
    ];
    expect(files).toHaveLength(described.length + 2);
    for (const file of files) {
      const code = readFileSync(path.join(folder, file), 'utf8');
      expect(code).not.toMatch(/^\s*import\b(?!.* from "\.\/)/m);
      expect(code).not.toMatch(/(?<!')\brequire\(/);
      expect(code).not.toContain('node_modules');
    }
  });
});

describe.each(described)('the validator of $type', ({ type, examples: [example] }) => {
  const validate = validatorOf(type);
  const valid = example as JsonObject;

  it('refuses a misspelt property, and names it', () => {
    expect(validate({ ...valid, surprise: 1 })).toBe(false);
    expect(validate.errors).toEqual([
      expect.objectContaining({ keyword: 'additionalProperties', params: { additionalProperty: 'surprise' } }),
    ]);
  });

  it('refuses an own key __proto__, and does not read through it', () => {
    const text = JSON.stringify(valid);
    expect(validate(JSON.parse(`{"__proto__":{},${text.slice(1)}`))).toBe(false);
    expect(validate(JSON.parse(`{"__proto__":${text}}`))).toBe(false);
    expect(validate(Object.create(valid))).toBe(false);
  });

  it.each([
    ['arrays', nested('[', ']')],
    ['objects', JSON.parse(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`) as unknown],
  ])('survives 20,000 levels of %s, at the top and in every member', (_name, deep) => {
    expect(validate(deep)).toBe(false);
    for (const name of Object.keys(valid)) expect(validate({ ...valid, [name]: deep })).toBe(false);
  });

  it.each([null, undefined, 0, '', true, []])('refuses %j in place of an object', (data) => {
    expect(validate(data)).toBe(false);
  });
});

describe('errors', () => {
  const validate = validatorOf('bank.transaction:created@v1');

  it('are all reported for data of ordinary size', () => {
    validate({ status: {} });
    expect(validate.errors?.map(({ params }) => params['missingProperty'])).toEqual([
      'transactionId',
      'license',
      'sourceUris',
      'text',
      'code',
    ]);
  });

  it('are one for data so large that all of them would cost memory', () => {
    validate({ sourceUris: new Array(100_000).fill(1) });
    expect(validate.errors).toHaveLength(1);
  });

  it('are gone after the next valid data', () => {
    validate({});
    validate(described.find(({ type }) => type === 'bank.transaction:created@v1')?.examples[0]);
    expect(validate.errors).toBeNull();
  });
});
