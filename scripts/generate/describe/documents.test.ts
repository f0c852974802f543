import SwaggerParser from '@apidevtools/swagger-parser';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { generateFiles } from '../generate-files.ts';
import { folderWith, orderPlaced } from '../schema-folder.ts';

const OPENAPI = 'packages/contracts/gen/openapi.json';
const ASYNCAPI = 'packages/contracts/gen/asyncapi.json';

/** A schema with what the two drafts say differently, and with references. */
const ODD = orderPlaced({
  required: ['orderId', 'lines'],
  properties: {
    orderId: { description: 'The id.', $ref: '#/$defs/order-id' },
    lines: {
      description: 'What was ordered.',
      type: 'array',
      prefixItems: [{ $ref: '#/$defs/line' }, { type: 'number' }],
      minItems: 2,
      items: false,
      contains: { type: 'number' },
      minContains: 0,
      maxContains: 3,
    },
    card: { description: 'How it is paid.', type: 'string' },
    address: { description: 'Where the bill goes.', type: 'string' },
  },
  dependentRequired: { card: ['address'] },
  $defs: {
    'order-id': { type: 'string', minLength: 1 },
    line: { type: 'object', properties: { sku: { type: 'string' } }, unevaluatedProperties: false },
  },
  examples: [{ orderId: 'a', lines: [{ sku: 'x' }, 7] }],
});

const documentsOf = async (schemas: string): Promise<{ openapi: string; asyncapi: string }> => {
  const { files } = await generateFiles(schemas);
  return { openapi: files.get(OPENAPI) ?? '', asyncapi: files.get(ASYNCAPI) ?? '' };
};

const SCHEMAS: Readonly<Record<string, () => Promise<string>>> = {
  'the schemas of this repository': async () => 'schemas',
  'one schema that uses what drafts disagree about': () => folderWith({ 'shop/order-placed.v1.json': ODD }),
};

describe.each(Object.entries(SCHEMAS))('of %s', (_, folder) => {
  it('the documents are the same each time', async () => {
    const schemas = await folder();
    expect(await documentsOf(schemas)).toEqual(await documentsOf(schemas));
  });

  it('openapi.json passes the parser of swagger.io', async () => {
    const { openapi } = await documentsOf(await folder());
    const parsed = await SwaggerParser.validate(JSON.parse(openapi));
    expect(Object.keys(parsed.paths ?? {})).toContain('/events');
  });

  it('openapi.json passes the recommended rules of Redocly, without a warning', async () => {
    const { openapi } = await documentsOf(await folder());
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: openapi, absoluteRef: '/openapi.json', config });
    const found = problems.map(({ ruleId, message, location: [at] }) => ({ ruleId, message, at: at?.pointer }));
    expect(found).toEqual([]);
  });

  it('asyncapi.json passes its official parser, without a warning', { timeout: 60_000 }, async () => {
    const { asyncapi } = await documentsOf(await folder());
    const { document, diagnostics } = await new Parser().parse(asyncapi);
    const found = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
    expect(found.map(({ code, message, path }) => ({ code, message, path: path.join('/') }))).toEqual([]);
    expect(document?.operations().length).toBeGreaterThan(0);
  });
});

describe('data in asyncapi.json', () => {
  it('is taken and refused as in the schema, where draft-07 can say it', async () => {
    const { asyncapi } = await documentsOf(await folderWith({ 'shop/order-placed.v1.json': ODD }));
    const ajv = new Ajv({ strict: false, formats: { decimal: true } });
    addFormats.default(ajv);
    ajv.addSchema(JSON.parse(asyncapi), 'asyncapi');
    const validate = ajv.getSchema('asyncapi#/components/schemas/ShopOrderPlacedV1Data');
    const judged = [
      { orderId: 'a', lines: [{ sku: 'x' }, 7] },
      { orderId: '', lines: [{ sku: 'x' }, 7] },
      { orderId: 'a', lines: [{ sku: 'x' }] },
      { orderId: 'a', lines: [7, 7] },
      { orderId: 'a', lines: [{}, 7, 7] },
      { orderId: 'a', lines: [{}, 7], card: '1' },
      { orderId: 'a', lines: [{}, 7], card: '1', address: 'x' },
    ].map((data) => validate?.(data));
    expect(judged).toEqual([true, false, false, false, false, false, true]);
  });
});
