import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationError } from '../../lib/configuration-error.ts';
import { type RegistrySchema, readRegistrySchemas, SchemaRegistry } from '../../lib/constructs/schema-registry.ts';
import { selectEnvironments } from '../../lib/environments.ts';
import { TidingsStack } from '../../lib/tidings-stack.ts';
import { bundlesFolder, resources, schemasOf, synthesize } from './synthesize.ts';

const REGISTRY = 'AWS::EventSchemas::Registry';
const SCHEMA = 'AWS::EventSchemas::Schema';

const registryOf = (...schemas: readonly RegistrySchema[]): Template => {
  const stack = new Stack(new App(), 'Test');
  new SchemaRegistry(stack, 'SchemaRegistry', { registryName: 'tidings-test', schemas });
  return Template.fromStack(stack);
};

const schema = (changes: Partial<RegistrySchema> = {}): RegistrySchema => ({
  type: 'bank.a:b@v1',
  module: 'bank',
  name: 'bank.a-b@v1',
  description: 'An event.',
  content: { openapi: '3.0.0' },
  ...changes,
});

describe('the schema registry', () => {
  it('holds every event type, in the form of which code bindings are made', () => {
    const template = synthesize();
    template.resourceCountIs(REGISTRY, 1);
    template.hasResourceProperties(REGISTRY, { RegistryName: 'tidings-dev' });
    const schemas = Object.values(resources(template, SCHEMA)).map(({ Properties }) => Properties);
    const types = schemas.map(
      ({ Content }) => JSON.parse(Content).components.schemas.AWSEvent['x-amazon-events-detail-type'],
    );
    expect(types.toSorted()).toEqual(eventTypes.map(({ type }) => type));
    expect(new Set(schemas.map(({ Type }) => Type))).toEqual(new Set(['OpenApi3']));
    const [registry] = Object.keys(resources(template, REGISTRY));
    expect(schemas[0].RegistryName).toEqual({ 'Fn::GetAtt': [registry, 'RegistryName'] });
  });

  it('holds no type of a module that is not deployed', () => {
    const schemas = Object.values(resources(synthesize('dev', schemasOf('bank')), SCHEMA));
    expect(schemas.map(({ Properties }) => Properties.SchemaName).filter((name) => !name.startsWith('bank.'))).toEqual(
      [],
    );
    expect(schemas.length).toBeGreaterThan(0);
  });

  it('is not made where an environment says so', () => {
    const [environment] = selectEnvironments({ environment: 'dev' });
    if (environment === undefined) throw new Error('no dev');
    const without = new TidingsStack(new App(), 'without', {
      environment: { ...environment, schemaRegistry: false },
      schemasFolder: schemasOf('bank'),
      bundlesFolder,
    });
    const template = Template.fromStack(without);
    template.resourceCountIs(REGISTRY, 0);
    template.resourceCountIs(SCHEMA, 0);
  });

  it('shortens a description that is too long for it', () => {
    registryOf(schema({ description: 'x'.repeat(300) })).hasResourceProperties(SCHEMA, {
      Description: `${'x'.repeat(255)}…`,
    });
  });

  it.each([
    ['a name that it would refuse', [schema({ name: 'bank.a:b@v1' })], 'expected a name of'],
    [
      'a schema that is too large',
      [schema({ content: 'x'.repeat(100_000) })],
      'bank.a:b@v1: expected a schema of at most',
    ],
    [
      'more than a template holds',
      Array.from({ length: 301 }, (_, index) => schema({ name: `a${index}` })),
      'schemaRegistry to false',
    ],
  ])('refuses %s, and says what to do', (_name, schemas, message) => {
    expect(() => registryOf(...schemas)).toThrow(ConfigurationError);
    expect(() => registryOf(...schemas)).toThrow(message);
  });

  it('refuses a file that the generator has not made', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidings-registry-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'schemas.json');
    expect(() => readRegistrySchemas(file)).toThrow('Make them with npm run generate');
    writeFileSync(file, '[{"name":1}]');
    expect(() => readRegistrySchemas(file)).toThrow('as npm run generate makes it');
  });
});
