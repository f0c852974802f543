import SwaggerParser from '@apidevtools/swagger-parser';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateFiles } from '../generate-files.ts';

let openapi = '';
let asyncapi = '';
beforeAll(async () => {
  const { files } = await generateFiles('schemas');
  openapi = files.get('packages/contracts/gen/openapi.json') ?? '';
  asyncapi = files.get('packages/contracts/gen/asyncapi.json') ?? '';
});

describe('openapi.json', () => {
  it('passes the parser of the OpenAPI initiative’s schemas', async () => {
    const parsed = await SwaggerParser.validate(JSON.parse(openapi));
    expect(Object.keys(parsed.paths ?? {})).toContain('/events');
  });

  it('passes the recommended rules of Redocly, without a warning', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: openapi, absoluteRef: '/openapi.json', config });
    expect(
      problems.map(({ ruleId, severity, message, location: [at] }) => ({ ruleId, severity, message, at: at?.pointer })),
    ).toEqual([]);
  });
});

describe('asyncapi.json', () => {
  it('passes the parser of the AsyncAPI initiative, without a warning', { timeout: 60_000 }, async () => {
    const { document, diagnostics } = await new Parser().parse(asyncapi);
    const found = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
    expect(found.map(({ code, message, path }) => ({ code, message, path: path.join('/') }))).toEqual([]);
    expect(document?.operations().length).toBeGreaterThan(0);
  });
});
