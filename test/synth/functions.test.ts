import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type TrustedIssuer, VARIABLES } from '../../lambdas/variables.ts';
import { createApp, type Resource, resources, synthesize } from './synthesize.ts';

const template = synthesize();

function lambda(name: string): Resource['Properties'] {
  const found = Object.values(resources(template, 'AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.FunctionName === `tidings-dev-${name}`,
  );
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
}

afterEach(() => vi.unstubAllEnvs());

/** A value as it might be once it is deployed. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join') return argument[1].map(text).join(argument[0]);
  return argument[1] === 'ApiEndpoint' ? 'https://api.example.com' : `the-${argument}`;
}

const variables = (name: string): Readonly<Record<string, string>> => lambda(name).Environment.Variables;

describe('functions', () => {
  it('are the nine of the hub', () => {
    const names = Object.values(resources(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(names.sort()).toEqual([
      'tidings-dev-authorize-socket',
      'tidings-dev-describe-api',
      'tidings-dev-fan-out',
      'tidings-dev-ingest-events',
      'tidings-dev-manage-subscriptions',
      'tidings-dev-operate-hub',
      'tidings-dev-query-api',
      'tidings-dev-socket',
      'tidings-dev-store-events',
    ]);
  });

  it('run on Node.js 24 on arm64', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it('write JSON to a log group of their own', () => {
    const groups = Object.values(resources(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.LoggingConfig.LogGroup.Ref,
    );
    expect(new Set(groups).size).toBe(9);
    template.allResourcesProperties('AWS::Lambda::Function', { LoggingConfig: { LogFormat: 'JSON' } });
  });

  it('share no role', () => {
    const roles = Object.values(resources(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Role['Fn::GetAtt'][0],
    );
    expect(new Set(roles).size).toBe(9);
  });

  it('reserve no concurrency', () => {
    template.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
  });

  it('may not invoke themselves without end, but for the fan-out, which rings for what it had no time for', () => {
    const looping = Object.values(resources(template, 'AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.RecursiveLoop !== undefined,
    );
    expect(looping.map(({ Properties }) => [Properties.FunctionName, Properties.RecursiveLoop])).toEqual([
      ['tidings-dev-fan-out', 'Allow'],
    ]);
  });

  it('are traced by X-Ray, unless the environment says otherwise', () => {
    template.allResourcesProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
    const { stack } = createApp('dev', undefined, undefined, { tracing: false });
    Template.fromStack(stack).allResourcesProperties('AWS::Lambda::Function', { TracingConfig: Match.absent() });
  });

  it.each([
    ['ingest-events', [VARIABLES.busNames, VARIABLES.issuers]],
    [
      'store-events',
      [
        VARIABLES.eventLogTable,
        VARIABLES.logGeneration,
        VARIABLES.doorbellQueueUrl,
        VARIABLES.intakeDeadLettersUrl,
        VARIABLES.intakeMaxReceives,
        VARIABLES.retentionDays,
      ],
    ],
    [
      'fan-out',
      [
        VARIABLES.eventLogTable,
        VARIABLES.logGeneration,
        VARIABLES.connectionsTable,
        VARIABLES.doorbellQueueUrl,
        VARIABLES.socketEndpoint,
        VARIABLES.apiUrl,
        VARIABLES.socketsPerRun,
        VARIABLES.postsPerSecond,
      ],
    ],
    ['authorize-socket', [VARIABLES.issuers, VARIABLES.allowedOrigins, VARIABLES.readScope]],
    [
      'socket',
      [
        VARIABLES.eventLogTable,
        VARIABLES.logGeneration,
        VARIABLES.connectionsTable,
        VARIABLES.socketsPerUser,
        VARIABLES.socketsPerTenant,
        VARIABLES.socketEndpoint,
        VARIABLES.apiUrl,
        VARIABLES.issuers,
        VARIABLES.allowedOrigins,
        VARIABLES.readScope,
      ],
    ],
    ['query-api', [VARIABLES.eventLogTable, VARIABLES.logGeneration, VARIABLES.issuers, VARIABLES.readScope]],
    [
      'manage-subscriptions',
      [VARIABLES.eventLogTable, VARIABLES.logGeneration, VARIABLES.issuers, VARIABLES.readScope],
    ],
    [
      'operate-hub',
      [
        VARIABLES.eventLogTable,
        VARIABLES.logGeneration,
        VARIABLES.connectionsTable,
        VARIABLES.intakeQueueUrl,
        VARIABLES.intakeDeadLettersUrl,
        VARIABLES.intakeUndeliverableUrl,
        VARIABLES.doorbellQueueUrl,
        VARIABLES.doorbellDeadLettersUrl,
        VARIABLES.busNames,
        VARIABLES.issuers,
      ],
    ],
    ['describe-api', [VARIABLES.apiUrl, VARIABLES.socketEndpoint, VARIABLES.issuers, VARIABLES.readScope]],
  ])('gives %s the variables that it reads and no others', (name, expected) => {
    const names = Object.keys(variables(name)).filter((variable) => !variable.startsWith('POWERTOOLS_'));
    expect(names.sort()).toEqual([...expected].sort());
  });

  it.each([
    'ingest-events',
    'store-events',
    'fan-out',
    'authorize-socket',
    'socket',
    'query-api',
    'manage-subscriptions',
    'operate-hub',
    'describe-api',
  ])('lets %s start: it reads no variable that it does not get', async (name) => {
    for (const [variable, value] of Object.entries(variables(name))) vi.stubEnv(variable, text(value));
    vi.stubEnv('AWS_REGION', 'eu-north-1');
    const { handler } = await import(`../../lambdas/${name}/handler.ts`);
    expect(handler).toBeTypeOf('function');
  });

  it('writes issuers, origins, scope and retention as the handlers read them', () => {
    const issuers: readonly TrustedIssuer[] = JSON.parse(variables('ingest-events')[VARIABLES.issuers] ?? '');
    expect(issuers[0]).toMatchObject({ audience: 'tidings', algorithms: ['RS256'], claims: { tenant: 'tenant_id' } });
    expect(JSON.parse(variables('authorize-socket')[VARIABLES.allowedOrigins] ?? '')).toContain('http://localhost:*');
    for (const name of ['query-api', 'manage-subscriptions', 'socket', 'authorize-socket']) {
      expect(JSON.parse(variables(name)[VARIABLES.readScope] ?? '')).toBe('events:read');
    }
    expect(variables('store-events')[VARIABLES.retentionDays]).toBe('30');
  });

  it('writes the names of the buses as a JSON object', () => {
    const { 'Fn::Join': join } = template.toJSON()['Outputs'].BusNames.Value;
    const text = join[1]
      .map((part: string | { Ref: string }) => (typeof part === 'string' ? part : part.Ref))
      .join(join[0]);
    expect(Object.keys(JSON.parse(text))).toEqual(['bank', 'community']);
    expect(variables('ingest-events')[VARIABLES.busNames]).toEqual({ 'Fn::Join': join });
  });

  it('writes the socket endpoint as the wss URL of the stage', () => {
    expect(variables('fan-out')[VARIABLES.socketEndpoint]).toEqual({
      'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^SocketApi/), 'ApiEndpoint'] }, '/v1']],
    });
  });
});
