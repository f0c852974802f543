import { describe, expect, it } from 'vitest';
import { validateEnvironment } from './environment.ts';
import { ISSUER, mistakes, VALID } from './fixture/environment.ts';
import { DEFAULT_LIMITS } from './operations.ts';

const withIssuer = (change: object): unknown => ({ ...VALID, issuers: [{ ...ISSUER, ...change }] });
const without = (property: keyof typeof VALID): unknown =>
  Object.fromEntries(Object.entries(VALID).filter(([name]) => name !== property));

describe('a valid environment', () => {
  it('is returned with its name and its defaults', () => {
    expect(validateEnvironment('prod', VALID)).toEqual({
      ...VALID,
      name: 'prod',
      readScope: 'events:read',
      storeConcurrency: 50,
      fanOutConcurrency: 50,
      setsApiGatewayLogRole: true,
      servesDescriptions: true,
      schemaRegistry: true,
      logGeneration: 1,
      producers: {},
      archiveDays: 14,
      alarmTopics: [],
      encryptionKey: undefined,
      webAcl: undefined,
      console: undefined,
      limits: DEFAULT_LIMITS,
      reservedConcurrency: {},
      tracing: true,
      watched: true,
    });
  });

  it('checks no scope for reading only if it says null', () => {
    expect(validateEnvironment('prod', { ...VALID, readScope: null }).readScope).toBeNull();
    expect(validateEnvironment('prod', { ...VALID, readScope: undefined }).readScope).toBe('events:read');
  });

  it('needs neither account nor region if it is dev', () => {
    const { account, region } = validateEnvironment('dev', { ...VALID, account: undefined, region: undefined });
    expect([account, region]).toEqual([undefined, undefined]);
  });

  it.each(['http://localhost:*', 'http://127.0.0.1:*', 'http://localhost:3000', 'null', 'https://app.example.com'])(
    'may allow the origin %s if it is dev',
    (origin) => {
      expect(mistakes('dev', { ...VALID, allowedOrigins: [origin] })).toEqual([]);
    },
  );

  it.each(['https://app.example.com', 'https://app.example.com:8443', 'https://[::1]:8443'])(
    'may allow the origin %s',
    (origin) => {
      expect(mistakes('prod', { ...VALID, allowedOrigins: [origin] })).toEqual([]);
    },
  );

  it('may trust an issuer over plain http if it is dev', () => {
    expect(mistakes('dev', withIssuer({ issuer: 'http://127.0.0.1:4102' }))).toEqual([]);
  });

  it.each(['eu-north-1', 'ap-southeast-2', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])(
    'may be in %s',
    (region) => {
      expect(mistakes('prod', { ...VALID, region })).toEqual([]);
    },
  );
});

describe('a bad value is named with its place and what was expected', () => {
  const claims = (change: object): unknown => withIssuer({ claims: { ...ISSUER.claims, ...change } });
  const origin = (text: unknown): unknown => ({ ...VALID, allowedOrigins: [text] });
  const account = 'expected an AWS account: a string of 12 digits';
  const region = 'expected an AWS region such as "eu-north-1"';
  const url = 'expected an https URL without user, query and fragment';
  const exactOrigin = 'expected an origin: https://host or https://host:port';
  const algorithms = 'expected one of "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"';

  it.each<[string, unknown, string]>([
    ['no object', 'prod', 'prod: found "prod", expected an object'],
    ['account too short', { ...VALID, account: '1234' }, `prod.account: found "1234", ${account}`],
    ['account a number', { ...VALID, account: 333333333333 }, `prod.account: found 333333333333, ${account}`],
    ['account missing', without('account'), `prod.account: found nothing, ${account}`],
    ['region unknown', { ...VALID, region: 'Stockholm' }, `prod.region: found "Stockholm", ${region}`],
    ['region missing', without('region'), `prod.region: found nothing, ${region}`],
    ['issuers missing', without('issuers'), 'prod.issuers: found nothing, expected at least one issuer'],
    ['no issuer', { ...VALID, issuers: [] }, 'prod.issuers: found [], expected at least one issuer'],
    [
      'issuer over http',
      withIssuer({ issuer: 'http://login.example.com' }),
      `prod.issuers[0].issuer: found "http://login.example.com", ${url}`,
    ],
    ['issuer no URL', withIssuer({ issuer: 'login' }), `prod.issuers[0].issuer: found "login", ${url}`],
    [
      'issuer with a query',
      withIssuer({ issuer: 'https://login.example.com?a=b' }),
      `prod.issuers[0].issuer: found "https://login.example.com?a=b", ${url}`,
    ],
    [
      'issuer with credentials',
      withIssuer({ issuer: 'https://me@login.example.com' }),
      `prod.issuers[0].issuer: found "https://me@login.example.com", ${url}`,
    ],
    [
      'keys over http',
      withIssuer({ jwksUri: 'http://login.example.com/keys' }),
      `prod.issuers[0].jwksUri: found "http://login.example.com/keys", ${url}`,
    ],
    [
      'audience empty',
      withIssuer({ audience: ' ' }),
      'prod.issuers[0].audience: found " ", expected the audience that a token must carry',
    ],
    [
      'audience missing',
      withIssuer({ audience: undefined }),
      'prod.issuers[0].audience: found nothing, expected the audience that a token must carry',
    ],
    [
      'no algorithm',
      withIssuer({ algorithms: [] }),
      'prod.issuers[0].algorithms: found [], expected at least one algorithm',
    ],
    [
      'algorithm none',
      withIssuer({ algorithms: ['none'] }),
      `prod.issuers[0].algorithms[0]: found "none", ${algorithms}`,
    ],
    [
      'algorithm symmetric',
      withIssuer({ algorithms: ['RS256', 'HS256'] }),
      `prod.issuers[0].algorithms[1]: found "HS256", ${algorithms}`,
    ],
    ['claim empty', claims({ tenant: '' }), 'prod.issuers[0].claims.tenant: found "", expected the name of a claim'],
    [
      'claim missing',
      claims({ roles: undefined }),
      'prod.issuers[0].claims.roles: found nothing, expected the name of a claim',
    ],
    [
      'claim unknown',
      claims({ organisations: 'org' }),
      'prod.issuers[0].claims.organisations: found "org", expected no such property, only tenant, organizations, roles, subject, scope. Did you mean organizations?',
    ],
    [
      'origin with a path',
      origin('https://app.example.com/'),
      `prod.allowedOrigins[0]: found "https://app.example.com/", ${exactOrigin}`,
    ],
    [
      'origin over http',
      origin('http://app.example.com'),
      `prod.allowedOrigins[0]: found "http://app.example.com", ${exactOrigin}`,
    ],
    [
      'origin with any port',
      origin('https://app.example.com:*'),
      `prod.allowedOrigins[0]: found "https://app.example.com:*", ${exactOrigin}`,
    ],
    [
      'origin with any host',
      origin('https://*.example.com'),
      `prod.allowedOrigins[0]: found "https://*.example.com", ${exactOrigin}`,
    ],
    ['origin null', origin('null'), `prod.allowedOrigins[0]: found "null", ${exactOrigin}`],
    ['origin a star', origin('*'), `prod.allowedOrigins[0]: found "*", ${exactOrigin}`],
    [
      'origin in upper case',
      origin('https://App.example.com'),
      `prod.allowedOrigins[0]: found "https://App.example.com", ${exactOrigin}`,
    ],
    [
      'origin with the default port',
      origin('https://app.example.com:443'),
      `prod.allowedOrigins[0]: found "https://app.example.com:443", ${exactOrigin}`,
    ],
    ['origins missing', without('allowedOrigins'), 'prod.allowedOrigins: found nothing, expected a list of origins'],
    [
      'retention 0',
      { ...VALID, retentionDays: 0 },
      'prod.retentionDays: found 0, expected a whole number of days, 1 to 3650',
    ],
    [
      'retention too long',
      { ...VALID, retentionDays: 3651 },
      'prod.retentionDays: found 3651, expected a whole number of days, 1 to 3650',
    ],
    [
      'retention broken',
      { ...VALID, retentionDays: 1.5 },
      'prod.retentionDays: found 1.5, expected a whole number of days, 1 to 3650',
    ],
    [
      'retention text',
      { ...VALID, retentionDays: '30' },
      'prod.retentionDays: found "30", expected a whole number of days, 1 to 3650',
    ],
    [
      'retention no number',
      { ...VALID, retentionDays: Number.NaN },
      'prod.retentionDays: found NaN, expected a whole number of days, 1 to 3650',
    ],
    [
      'retention a large number',
      { ...VALID, retentionDays: 30n },
      'prod.retentionDays: found 30n, expected a whole number of days, 1 to 3650',
    ],
    ['limits with a large number', { ...VALID, limits: [30n] }, 'prod.limits: found ["30n"], expected an object'],
    [
      'removal policy',
      { ...VALID, removalPolicy: 'destroy' },
      'prod.removalPolicy: found "destroy", expected "retain"',
    ],
    [
      'scope with a space',
      { ...VALID, readScope: 'events:read crm' },
      'prod.readScope: found "events:read crm", expected one scope such as "events:read", or null to check none',
    ],
    [
      'scope empty',
      { ...VALID, readScope: '' },
      'prod.readScope: found "", expected one scope such as "events:read", or null to check none',
    ],
    [
      'store concurrency',
      { ...VALID, storeConcurrency: 1 },
      'prod.storeConcurrency: found 1, expected a whole number of invocations, 2 to 1000',
    ],
    [
      'fan-out concurrency',
      { ...VALID, fanOutConcurrency: 1001 },
      'prod.fanOutConcurrency: found 1001, expected a whole number of invocations, 2 to 1000',
    ],
    ['schema registry', { ...VALID, schemaRegistry: 1 }, 'prod.schemaRegistry: found 1, expected true or false'],
    [
      'log role',
      { ...VALID, setsApiGatewayLogRole: 'no' },
      'prod.setsApiGatewayLogRole: found "no", expected true or false',
    ],
    [
      'a word for whether descriptions are served',
      { ...VALID, servesDescriptions: 'no' },
      'prod.servesDescriptions: found "no", expected true or false',
    ],
  ])('%s', (_, candidate, expected) => {
    expect(mistakes('prod', candidate)).toContain(expected);
  });

  it('days that CloudWatch Logs does not know', () => {
    const [mistake] = mistakes('prod', { ...VALID, logRetentionDays: 31 });
    expect(mistake).toMatch(/^prod\.logRetentionDays: found 31, expected one of 1, 3, 5, 7, 14, 30, .*, 3653$/);
  });

  it('for ever as the retention of logs', () => {
    expect(mistakes('prod', { ...VALID, logRetentionDays: 9999 })).toHaveLength(1);
  });

  it('a property that is misspelt', () => {
    const [mistake] = mistakes('prod', { ...VALID, retentiondays: 3 });
    expect(mistake).toMatch(
      /^prod\.retentiondays: found 3, expected no such property, .*Did you mean retentionDays\?$/,
    );
  });

  it.each(['Prod EU', 'prod!', '-prod', '', 'p'.repeat(36)])('a name that no stack can have: %s', (name) => {
    expect(mistakes(name, VALID)).toContain(
      `name of an environment: found ${JSON.stringify(name)}, expected letters, digits and hyphens, at most 35`,
    );
  });

  it('all of them at once', () => {
    expect(mistakes('pre-prod', { ...VALID, account: '1', region: '2', retentionDays: 0 })).toEqual([
      expect.stringMatching(/^pre-prod\.account/),
      expect.stringMatching(/^pre-prod\.region/),
      expect.stringMatching(/^pre-prod\.retentionDays/),
    ]);
  });
});
