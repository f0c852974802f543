import path from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { describe, expect, it } from 'vitest';
import { generateFiles } from './generate-files.ts';
import { ODD_SCHEMAS } from './odd-schemas.ts';
import { toOpenApi30 } from './open-api-30.ts';
import { folderWith } from './schema-folder.ts';

const FILE = 'packages/contracts/gen/registry-schemas.json';
const SCHEMAS = path.join(import.meta.dirname, '../../schemas');

type Entry = { readonly type: string; readonly name: string; readonly content: { readonly openapi: string } };

const entriesOf = async (folder: string): Promise<Entry[]> => {
  const { files } = await generateFiles(folder);
  return JSON.parse(files.get(FILE) ?? '[]');
};

const converted = (schema: Readonly<Record<string, unknown>>): unknown =>
  toOpenApi30('Whole', schema, (definition) => `Whole_${definition}`)['Whole'];

describe('the schemas for the registry', () => {
  it.each([
    ['of this repository', async () => SCHEMAS],
    ['of schemas with what is easily got wrong', () => folderWith(ODD_SCHEMAS)],
  ])('%s are OpenAPI 3.0 to the parser of its makers', async (_name, folder) => {
    const entries = await entriesOf(await folder());
    expect(entries.length).toBeGreaterThan(0);
    for (const { type, content } of entries) {
      expect(content.openapi).toBe('3.0.0');
      await expect(SwaggerParser.validate(structuredClone(content) as never), type).resolves.toBeDefined();
    }
  });

  it('have names of characters that the registry allows, each once', async () => {
    const names = [...(await entriesOf(SCHEMAS)), ...(await entriesOf(await folderWith(ODD_SCHEMAS)))].map(
      ({ name }) => name,
    );
    expect(names.filter((name) => !/^[A-Za-z0-9._@-]{1,385}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('bank.transaction-created@v1');
  });

  it('describe the event as it lies on the bus', async () => {
    const entry = (await entriesOf(SCHEMAS)).find(({ type }) => type === 'bank.test:created@v1');
    expect(entry).toMatchObject({
      type: 'bank.test:created@v1',
      module: 'bank',
      content: {
        components: {
          schemas: {
            AWSEvent: {
              'x-amazon-events-detail-type': 'bank.test:created@v1',
              'x-amazon-events-source': 'com.tidings.bank',
              properties: { detail: { $ref: '#/components/schemas/TidingsEvent' } },
            },
            TidingsEvent: { properties: { data: { $ref: '#/components/schemas/BankTestCreatedV1' } } },
            BankTestCreatedV1: { properties: { age: { type: expect.stringMatching(/^(integer|number)$/) } } },
          },
        },
      },
    });
  });
});

describe('a schema of draft 2020-12 in the words of OpenAPI 3.0', () => {
  it.each([
    ['a constant', { const: 'a' }, { enum: ['a'] }],
    ['a nullable type', { type: ['string', 'null'], minLength: 1 }, { type: 'string', nullable: true, minLength: 1 }],
    ['null', { type: 'null' }, { nullable: true, enum: [null] }],
    ['several types', { type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    [
      'an exclusive bound',
      { type: 'number', exclusiveMinimum: 1 },
      { type: 'number', minimum: 1, exclusiveMinimum: true },
    ],
    ['a bound that is stricter than an exclusive one', { minimum: 2, exclusiveMinimum: 1 }, { minimum: 2 }],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] }, minItems: 2, maxItems: 2 },
    ],
    ['a list of anything', { type: 'array' }, { type: 'array', items: {} }],
    [
      'patterns of names',
      { type: 'object', patternProperties: { '^a': { type: 'string' } }, additionalProperties: false },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    ['true and false', { properties: { a: true, b: false } }, { properties: { a: {}, b: { not: {} } } }],
    ['an empty list of requirements', { type: 'object', required: [] }, { type: 'object' }],
    ['what it has no words for', { type: 'string', if: { minLength: 1 }, else: { maxLength: 2 } }, { type: 'string' }],
    [
      'a reference with something beside it',
      { properties: { a: { $ref: '#/$defs/b', description: 'A b.' } }, $defs: { b: {} } },
      { properties: { a: { description: 'A b.', allOf: [{ $ref: '#/components/schemas/Whole_b' }] } } },
    ],
    [
      'a reference into another property',
      { properties: { a: { $ref: '#/properties/b' }, b: { type: 'string' } } },
      { properties: { a: { type: 'string' }, b: { type: 'string' } } },
    ],
    [
      'properties that are named as keywords are',
      { properties: { const: { const: 1 }, $defs: { type: 'string' } } },
      { properties: { const: { enum: [1] }, $defs: { type: 'string' } } },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(converted(schema)).toEqual(expected);
  });
});
