import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.ts';
import { validateEnvironment } from './environment.ts';
import { DEFAULT_LIMITS } from './operations.ts';

const ISSUER = {
  issuer: 'https://login.example.com',
  audience: 'https://events.example.com',
  algorithms: ['RS256'],
  claims: { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' },
};

const VALID = {
  account: '333333333333',
  region: 'eu-north-1',
  issuers: [ISSUER],
  allowedOrigins: ['https://app.example.com'],
  retentionDays: 400,
  logRetentionDays: 90,
  removalPolicy: 'retain',
};

/** What is wrong with a candidate: one line per mistake. */
function mistakes(name: string, candidate: unknown): readonly string[] {
  try {
    validateEnvironment(name, candidate);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: 'ENVIRONMENT_INVALID' });
    return error instanceof Error ? error.message.split('\n') : [];
  }
}

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
      'an issuer twice',
      { ...VALID, issuers: [ISSUER, ISSUER] },
      'prod.issuers: found "https://login.example.com" twice, expected every issuer once',
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

  it('more issuers than fit into the variables of a function', () => {
    expect(
      mistakes('prod', {
        ...VALID,
        issuers: Array.from({ length: 40 }, (_, i) => ({ ...ISSUER, issuer: `https://login.example.com/${i}` })),
      }),
    ).toEqual([
      expect.stringMatching(/^prod\.issuers and prod\.allowedOrigins: found \d+ bytes as JSON, expected at most 3000/),
    ]);
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

describe('what an environment says about its operation', () => {
  const topic = (region: string): string => `arn:aws:sns:${region}:123456789012:alarms`;

  it('names who may put events from elsewhere, module by module', () => {
    const producers = { bank: { accounts: ['111111111111'], organization: 'o-a1b2c3d4e5' } };
    expect(validateEnvironment('prod', { ...VALID, producers }).producers).toEqual(producers);
  });

  it('changes single limits and keeps the others', () => {
    expect(validateEnvironment('prod', { ...VALID, limits: { socketsPerUser: 3 } }).limits).toEqual({
      ...DEFAULT_LIMITS,
      socketsPerUser: 3,
    });
  });

  it.each([
    [{ producers: { bank: {} } }, 'prod.producers.bank: found {}, expected accounts, an organization, or both'],
    [
      { producers: { bank: { accounts: ['1234'] } } },
      'prod.producers.bank.accounts[0]: found "1234", expected an AWS account: a string of 12 digits',
    ],
    [
      { producers: { bank: { organization: 'acme' } } },
      'prod.producers.bank.organization: found "acme", expected an organisation such as "o-a1b2c3d4e5"',
    ],
    [{ producers: [] }, 'prod.producers: found [], expected an object: module to { accounts, organization }'],
    [
      { alarmTopics: ['arn:aws:sqs:eu-north-1:123456789012:alarms'] },
      'prod.alarmTopics[0]: found "arn:aws:sqs:eu-north-1:123456789012:alarms", expected an ARN such as ' +
        '"arn:aws:sns:eu-north-1:123456789012:alarms"',
    ],
    [
      { alarmTopics: [topic('eu-north-1'), topic('us-east-1')] },
      'prod.alarmTopics[1]: found a topic in us-east-1, expected one in eu-north-1, where the alarms are',
    ],
    [
      { alarmTopics: Array.from({ length: 6 }, (_, index) => `${topic('eu-north-1')}${index}`) },
      'prod.alarmTopics: found 6 topics, expected at most 5',
    ],
    [{ archiveDays: -1 }, 'prod.archiveDays: found -1, expected a whole number of days, 0 to 3650'],
    [
      { limits: { socketsPerUser: 0 } },
      'prod.limits.socketsPerUser: found 0, expected a whole number of sockets, 1 to 1000',
    ],
    [{ reservedConcurrency: { socket: 0 } }, 'found 0, expected a whole number of executions, 1 to 10000'],
    [
      { reservedConcurrency: { 'fan-out': 49 } },
      'prod.reservedConcurrency.fan-out: found 49 executions, expected at least 50, which is prod.fanOutConcurrency',
    ],
    [
      { reservedConcurrency: { 'store-events': 20 }, storeConcurrency: 30 },
      'prod.reservedConcurrency.store-events: found 20 executions, expected at least 30, which is prod.storeConcurrency',
    ],
    [
      { encryptionKey: 'arn:aws:kms:us-east-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
      'prod.encryptionKey: found a key in us-east-1, expected one in eu-north-1, where the hub is',
    ],
    [
      { webAcl: 'arn:aws:wafv2:us-east-1:111111111111:global/webacl/hub/1234abcd' },
      'prod.webAcl: found a web ACL of the account 111111111111, expected one of 333333333333, where the hub is',
    ],
    [{ reservedConcurrency: { sockets: 5 } }, 'Did you mean socket?'],
    [{ tracing: 'yes' }, 'prod.tracing: found "yes", expected true or false'],
  ])('refuses %o, naming the field', (change, message) => {
    const found = mistakes('prod', { ...VALID, ...change });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it.each([
    ['encryptionKey', 'my-key'],
    ['encryptionKey', 'arn:aws:kms::333333333333:key/1234abcd'],
    ['encryptionKey', 'arn:aws:kms:eu-north-1:12345:key/1234abcd'],
    ['webAcl', 'arn:aws:wafv2:eu-north-1:123456789012:regional/webacl/hub/1234abcd'],
    ['webAcl', 'arn:aws:wafv2:eu-north-1:333333333333:global/webacl/hub/1234abcd'],
  ])('refuses an invalid ARN: %s %s', (field, arn) => {
    const [found] = mistakes('prod', { ...VALID, [field]: arn });
    expect(found).toContain(`prod.${field}: found ${JSON.stringify(arn)}, expected an ARN such as`);
  });

  it.each([topic(''), `${topic('eu-north-1')}.fifo`])('refuses an invalid ARN of a topic: %s', (arn) => {
    const [found] = mistakes('prod', { ...VALID, alarmTopics: [arn] });
    expect(found).toContain(`prod.alarmTopics[0]: found ${JSON.stringify(arn)}, expected an ARN such as`);
  });
});
