import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../variables.ts';
import { readConfiguration } from './configuration.ts';

const ISSUER = {
  issuer: 'https://login.example.com',
  audience: 'tidings',
  algorithms: ['RS256'],
  claims: { tenant: 't', organizations: 'o', roles: 'r', subject: 'sub', scope: 'scope' },
};

describe('a variable', () => {
  it.each(['EVENT_LOG_TABLE', 'CONNECTIONS_TABLE'] as const)('%s is read as text', (name) => {
    expect(readConfiguration({ [name]: ' as it is ' }).text(name)).toBe(' as it is ');
  });

  it.each([undefined, ''])('that is missing (%j) fails by its name, whatever it is read as', (value) => {
    const configuration = readConfiguration(Object.fromEntries(Object.values(VARIABLES).map((name) => [name, value])));
    expect(() => configuration.text('EVENT_LOG_TABLE')).toThrow('The environment variable EVENT_LOG_TABLE is missing');
    expect(() => configuration.url('API_URL')).toThrow('The environment variable API_URL is missing');
    expect(() => configuration.wholeNumber(VARIABLES.retentionDays)).toThrow(
      'The environment variable RETENTION_DAYS is missing',
    );
    expect(() => configuration.issuers()).toThrow('The environment variable ISSUERS is missing');
    expect(() => configuration.allowedOrigins()).toThrow('The environment variable ALLOWED_ORIGINS is missing');
    expect(() => configuration.busNames()).toThrow('The environment variable BUS_NAMES is missing');
    expect(() => configuration.readScope()).toThrow('The environment variable READ_SCOPE is missing');
  });

  it.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['wss://x.example.com/v1/', 'wss://x.example.com/v1'],
    ['http://127.0.0.1:4100', 'http://127.0.0.1:4100'],
  ])('with the URL %s is read without a slash at its end', (value, url) => {
    expect(readConfiguration({ API_URL: value }).url('API_URL')).toBe(url);
  });

  it.each(['example.com', '/events', 'https://'])('with %j is no URL', (value) => {
    const read = () => readConfiguration({ API_URL: value }).url('API_URL');
    expect(read).toThrow(`Expected API_URL to be a URL, found "${value}"`);
  });

  it.each(['1', '30', '3650'])('with %s days is read as a number', (value) => {
    expect(readConfiguration({ RETENTION_DAYS: value }).wholeNumber(VARIABLES.retentionDays)).toBe(Number(value));
  });

  it.each(['0', '-1', '1.5', 'thirty', 'Infinity', '9007199254740992', '30 days'])(
    'with %j is no whole number from 1 on, and the message shows what was found',
    (value) => {
      const read = () => readConfiguration({ RETENTION_DAYS: value }).wholeNumber(VARIABLES.retentionDays);
      expect(read).toThrow(`Expected RETENTION_DAYS to be a whole number from 1 on, found "${value}"`);
    },
  );

  it.each([['events:read'], [null]])('with the scope %j is read as JSON', (scope) => {
    expect(readConfiguration({ READ_SCOPE: JSON.stringify(scope) }).readScope()).toBe(scope);
  });

  it('that holds issuers, origins or buses is read as JSON', () => {
    const configuration = readConfiguration({
      ISSUERS: JSON.stringify([ISSUER, { ...ISSUER, jwksUri: 'https://x.example.com/k' }]),
      ALLOWED_ORIGINS: '["https://app.example.com","null"]',
      BUS_NAMES: '{"bank":"tidings-dev-bank"}',
    });
    expect(configuration.issuers()).toEqual([ISSUER, { ...ISSUER, jwksUri: 'https://x.example.com/k' }]);
    expect(configuration.allowedOrigins()).toEqual(['https://app.example.com', 'null']);
    expect(configuration.busNames()).toEqual({ bank: 'tidings-dev-bank' });
  });
});

describe('a variable of the wrong shape fails by its name', () => {
  it.each<
    [
      string,
      keyof ReturnType<typeof readConfiguration> & ('issuers' | 'allowedOrigins' | 'busNames' | 'readScope'),
      unknown,
    ]
  >([
    ['ISSUERS', 'issuers', {}],
    ['ISSUERS', 'issuers', null],
    ['ISSUERS', 'issuers', ['https://login.example.com']],
    ['ISSUERS', 'issuers', [null]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, issuer: undefined }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, audience: undefined }]],
    // The library of the verifier takes null for "any audience will do".
    ['ISSUERS', 'issuers', [{ ...ISSUER, audience: null }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, audience: '' }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, algorithms: undefined }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, algorithms: 'RS256' }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, algorithms: ['RS256', 'HS256'] }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, algorithms: ['none'] }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, claims: undefined }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, claims: { ...ISSUER.claims, tenant: undefined } }]],
    ['ISSUERS', 'issuers', [{ ...ISSUER, claims: { ...ISSUER.claims, roles: 1 } }]],
    ['ISSUERS', 'issuers', [ISSUER, {}]],
    ['ALLOWED_ORIGINS', 'allowedOrigins', '*'],
    ['ALLOWED_ORIGINS', 'allowedOrigins', { 0: 'https://a.example.com' }],
    ['ALLOWED_ORIGINS', 'allowedOrigins', [1]],
    ['BUS_NAMES', 'busNames', []],
    ['BUS_NAMES', 'busNames', null],
    ['BUS_NAMES', 'busNames', 'tidings'],
    ['BUS_NAMES', 'busNames', { bank: 1 }],
    ['READ_SCOPE', 'readScope', 1],
    ['READ_SCOPE', 'readScope', ['events:read']],
    ['READ_SCOPE', 'readScope', false],
  ])('%s (%#)', (name, read, value) => {
    const text = JSON.stringify(value);
    const configuration = readConfiguration({ [name]: text });
    expect(() => configuration[read]()).toThrow(
      `Expected ${name} to be JSON of another shape, found ${text.slice(0, 100)}`,
    );
  });

  it.each([
    ['ISSUERS', 'issuers'],
    ['ALLOWED_ORIGINS', 'allowedOrigins'],
    ['BUS_NAMES', 'busNames'],
    ['READ_SCOPE', 'readScope'],
  ] as const)('%s that is no JSON', (name, read) => {
    expect(() => readConfiguration({ [name]: 'events:read' })[read]()).toThrow(`Expected ${name} to be JSON`);
  });
});
