import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, selectEnvironments } from './environments.ts';

describe('the environments', () => {
  it('are all valid', () => {
    expect(selectEnvironments({}).map(({ name }) => name)).toEqual(['dev', 'pre-prod', 'prod']);
  });

  it('trust another identity provider in dev than elsewhere', () => {
    const issuers = (name: string) => ENVIRONMENTS[name]?.issuers.map(({ issuer }) => issuer) ?? [];
    expect(issuers('pre-prod')).toEqual(issuers('prod'));
    expect(issuers('prod').filter((issuer) => issuers('dev').includes(issuer))).toEqual([]);
  });

  it('share no audience, so that a token for one is worth nothing to another', () => {
    const audiences = Object.values(ENVIRONMENTS).flatMap(({ issuers }) => issuers.map(({ audience }) => audience));
    expect(new Set(audiences).size).toBe(audiences.length);
  });
});

describe('a selection', () => {
  it('is one environment if it is named', () => {
    expect(selectEnvironments({ environment: 'pre-prod' }).map(({ name }) => name)).toEqual(['pre-prod']);
  });

  it.each([
    ['preprod', 'Did you mean pre-prod?'],
    ['production', 'Did you mean prod?'],
    ['Dev', 'Did you mean dev?'],
  ])('refuses %s and suggests the nearest name', (environment, hint) => {
    expect(() => selectEnvironments({ environment })).toThrow(
      `environment: found "${environment}", expected one of dev, pre-prod, prod. ${hint}`,
    );
  });

  it('suggests nothing for a name that resembles none', () => {
    expect(() => selectEnvironments({ environment: 'constructor' })).toThrow(
      /^environment: found "constructor", expected one of dev, pre-prod, prod$/,
    );
  });

  it('refuses an issuer and audience that another environment has, also one that is not selected', () => {
    const { dev, prod } = ENVIRONMENTS;
    expect(() =>
      selectEnvironments(
        { environment: 'prod' },
        {},
        { dev: { ...dev, issuers: prod?.issuers } as never, prod: prod as never },
      ),
    ).toThrow(
      'prod.issuers[0]: found issuer "https://login.example.com" with audience "https://events.example.com", as ' +
        'dev.issuers[0] has, expected another audience',
    );
  });

  it.each([null, undefined, { issuers: [null] }, { issuers: 'none' }])(
    'is not disturbed by what another environment is instead: %o',
    (other) => {
      const [selected] = selectEnvironments(
        { environment: 'prod' },
        {},
        { dev: other as never, prod: ENVIRONMENTS['prod'] as never },
      );
      expect(selected?.name).toBe('prod');
    },
  );

  it('validates what it returns', () => {
    const { dev } = ENVIRONMENTS;
    expect(() => selectEnvironments({}, {}, { dev: { ...dev, retentionDays: -1 } as never })).toThrow(
      'dev.retentionDays: found -1',
    );
  });
});

describe('dev', () => {
  const dev = (...options: Parameters<typeof selectEnvironments>) => selectEnvironments(...options)[0];

  it('goes where the credentials that deploy go', () => {
    expect(dev({ environment: 'dev' }, { account: '111111111111', region: 'eu-west-1' })).toMatchObject({
      account: '111111111111',
      region: 'eu-west-1',
    });
  });

  it('fits any account and region without credentials', () => {
    expect(dev({ environment: 'dev' })).toMatchObject({ account: undefined, region: undefined });
  });

  it('goes where the command line says', () => {
    expect(
      dev(
        { environment: 'dev', account: '000000000000', region: 'us-east-1' },
        { account: '111111111111', region: 'eu-west-1' },
      ),
    ).toMatchObject({ account: '000000000000', region: 'us-east-1' });
  });

  it('trusts the issuer of the command line and no other', () => {
    expect(dev({ environment: 'dev', issuer: 'http://127.0.0.1:4102' })?.issuers).toEqual([
      {
        issuer: 'http://127.0.0.1:4102',
        audience: 'tidings',
        algorithms: ['RS256'],
        claims: { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' },
      },
    ]);
  });

  it.each([
    [{ issuer: 'localhost' }, 'dev.issuers[0].issuer: found "localhost", expected an http or https URL'],
    [{ schemaRegistry: 'no' }, 'dev.schemaRegistry: found "no", expected true or false'],
    [{ watched: '0' }, 'dev.watched: found "0", expected true or false'],
    [{ archiveDays: 'never' }, 'dev.archiveDays: found "never"'],
    [{ console: 'no' }, 'dev.console: found "no", expected an object'],
    [{ account: '12' }, 'dev.account: found "12", expected an AWS account: a string of 12 digits'],
    [{ region: 'mars' }, 'dev.region: found "mars", expected an AWS region such as "eu-north-1"'],
  ])('refuses %o', (override, message) => {
    expect(() => selectEnvironments({ environment: 'dev', ...override })).toThrow(message);
  });
});

describe('the console', () => {
  it.each([
    [undefined, { clientId: 'tidings-console' }],
    ['true', { clientId: 'tidings-console' }],
    ['false', undefined],
  ])('by -c console=%s is %o', (console, expected) => {
    const [environment] = selectEnvironments({ environment: 'dev', console });
    expect(environment?.console?.clientId).toBe(expected?.clientId);
  });

  it('is in no other environment unless somebody writes it there', () => {
    expect(
      ['pre-prod', 'prod'].flatMap((environment) => selectEnvironments({ environment })[0]?.console ?? []),
    ).toEqual([]);
  });
});

describe('the schema registry', () => {
  it.each([
    [undefined, true],
    ['true', true],
    ['false', false],
  ])('by -c schemaRegistry=%s is made: %s', (schemaRegistry, expected) => {
    expect(selectEnvironments({ environment: 'dev', schemaRegistry })).toMatchObject([{ schemaRegistry: expected }]);
  });
});

describe('alarms and archives', () => {
  it.each([
    [{}, { watched: true, archiveDays: 14 }],
    [
      { watched: 'false', archiveDays: '0' },
      { watched: false, archiveDays: 0 },
    ],
  ])('by %o are %o', (override, expected) => {
    expect(selectEnvironments({ environment: 'dev', ...override })).toMatchObject([expected]);
  });
});

describe('an override of another environment than dev', () => {
  it.each([
    [{ issuer: 'https://evil.example.com' }, '-c issuer=https://evil.example.com'],
    [{ account: '000000000000' }, '-c account=000000000000'],
    [{ region: 'us-east-1' }, '-c region=us-east-1'],
  ])('is refused: %o', (override, option) => {
    expect(() => selectEnvironments({ environment: 'prod', ...override })).toThrow(
      `${option}: a command line changes dev only, and not prod. Change lib/environments.ts.`,
    );
  });

  it('is refused while all environments are selected', () => {
    expect(() => selectEnvironments({ issuer: 'http://127.0.0.1:4102' })).toThrow(
      '-c issuer=http://127.0.0.1:4102: a command line changes dev only, and pre-prod and prod would be synthesized as ' +
        'well. Add -c environment=dev, or change lib/environments.ts.',
    );
  });
});
