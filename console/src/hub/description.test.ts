import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type JsonSchema, toDescription } from './description.ts';

const OPENAPI = path.join(import.meta.dirname, '../../../packages/contracts/gen/openapi.json');

const withTypes = (schemas: Readonly<Record<string, JsonSchema>>) => toDescription({ components: { schemas } });

describe('what a hub says about itself', () => {
  it('has every event type with words, schema and example', () => {
    const { types, byType } = toDescription(JSON.parse(readFileSync(OPENAPI, 'utf8')));
    expect(types.length).toBeGreaterThan(5);
    expect(types.map(({ type }) => type)).toEqual(types.map(({ type }) => type).toSorted());
    for (const { type, source, title, description, dataSchema, example } of types) {
      expect([type, source, title !== '', description !== '', dataSchema['type'], example?.['type']]).toEqual([
        byType.get(type)?.type,
        `com.tidings.${type.split('.')[0]}`,
        true,
        true,
        'object',
        type,
      ]);
    }
  });

  it('gives schemas that stand by themselves, also where they refer to each other or to themselves', () => {
    const { types } = withTypes({
      Event: {
        'x-tidings': { type: 'crm.person:created@v1', source: 'com.tidings.crm' },
        properties: { data: { $ref: '#/components/schemas/Person' } },
      },
      Person: {
        type: 'object',
        properties: { parent: { $ref: '#/components/schemas/Person' }, home: { $ref: '#/components/schemas/Home' } },
      },
      Home: { type: 'string' },
    });
    expect(types[0]?.dataSchema).toEqual({
      type: 'object',
      properties: { parent: { $ref: '#/$defs/Person' }, home: { $ref: '#/$defs/Home' } },
      $defs: {
        Person: { type: 'object', properties: { parent: { $ref: '#/$defs/Person' }, home: { $ref: '#/$defs/Home' } } },
        Home: { type: 'string' },
      },
    });
  });

  it('has no event types where the document is of something else', () => {
    for (const document of [{}, { components: [] }, { components: { schemas: { Page: { type: 'object' } } } }]) {
      expect(toDescription(document).types).toEqual([]);
    }
  });
});
