import type { ClaimNames } from '../lambdas/variables.ts';
import { ConfigurationError } from './configuration-error.ts';
import { type Environment, type EnvironmentConfiguration, validateEnvironment } from './environment.ts';
import { nearest } from './nearest.ts';

/** Claims of the identity provider of `dev`, and of any issuer that replaces it. */
const DEV_CLAIMS: ClaimNames = {
  tenant: 'tenant_id',
  organizations: 'org_id',
  roles: 'roles',
  subject: 'sub',
  scope: 'scope',
};

/** Claims of the identity provider of `pre-prod` and `prod`, which asks for a name space for claims of one's own. */
const COMPANY_CLAIMS: ClaimNames = {
  tenant: 'https://example.com/tenant_id',
  organizations: 'https://example.com/organization_ids',
  roles: 'https://example.com/roles',
  subject: 'sub',
  scope: 'scope',
};

/** The environments, as written by people. {@link selectEnvironments} validates those that it returns. */
export const ENVIRONMENTS: Readonly<Record<string, EnvironmentConfiguration>> = {
  // Account and region: those of the credentials that deploy, or `-c account=… -c region=…`.
  dev: {
    issuers: [
      {
        issuer: 'https://login.dev.example.com',
        audience: 'tidings',
        algorithms: ['RS256'],
        claims: DEV_CLAIMS,
      },
    ],
    allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*', 'null'],
    retentionDays: 30,
    logRetentionDays: 7,
    removalPolicy: 'destroy',
    console: { clientId: 'tidings-console' },
  },
  'pre-prod': {
    account: '222222222222',
    region: 'eu-north-1',
    issuers: [
      {
        issuer: 'https://login.example.com',
        audience: 'https://events.pre-prod.example.com',
        algorithms: ['RS256', 'ES256'],
        claims: COMPANY_CLAIMS,
      },
    ],
    allowedOrigins: ['https://app.pre-prod.example.com'],
    retentionDays: 90,
    logRetentionDays: 30,
    removalPolicy: 'retain',
  },
  prod: {
    account: '333333333333',
    region: 'eu-north-1',
    issuers: [
      {
        issuer: 'https://login.example.com',
        audience: 'https://events.example.com',
        algorithms: ['RS256', 'ES256'],
        claims: COMPANY_CLAIMS,
      },
    ],
    allowedOrigins: ['https://app.example.com'],
    retentionDays: 400,
    logRetentionDays: 90,
    removalPolicy: 'retain',
    storeConcurrency: 100,
    fanOutConcurrency: 100,
    // A flood of requests must not take the executions that store events and deliver them; nor must operators, whose
    // requests each may take half a minute, or are paid by the metric.
    reservedConcurrency: { 'store-events': 100, 'fan-out': 100, 'operate-hub': 20 },
  },
};

/** The only environment that a command line may change. */
const OVERRIDABLE = 'dev';

/** A command line knows text only. Anything else is left for the validation to refuse. */
const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** What a command line says: `cdk … -c environment=dev -c issuer=http://127.0.0.1:4102`. */
export interface Selection {
  /**
   * Name of one environment.
   * @default all of them
   */
  readonly environment?: string | undefined;
  /** Issuer to trust in place of the configured ones, over plain http as well. Its audience is `tidings`. */
  readonly issuer?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  /** `false` leaves out the schema registry, which emulators of AWS may not have. */
  readonly schemaRegistry?: string | undefined;
  /** `false` leaves out alarms and dashboard, of which emulators of AWS may not take every kind. */
  readonly watched?: string | undefined;
  /** `0` leaves out the archives of the buses, which emulators of AWS may not have. */
  readonly archiveDays?: string | undefined;
  /** `false` leaves out the console, for which emulators of AWS may not have what it takes. */
  readonly console?: string | undefined;
}

/** What the CDK's command line knows about the credentials that deploy. */
export interface Deployer {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * The environments to synthesize, validated.
 *
 * @param deployer account and region for `dev` if nothing else says them; without them its template fits any account
 * @throws ConfigurationError `ENVIRONMENT_UNKNOWN`, `ENVIRONMENT_INVALID`, or `OVERRIDE_REFUSED` when a command line
 *   would change another environment than `dev`
 */
export function selectEnvironments(
  { environment, ...overrides }: Selection,
  deployer: Deployer = {},
  configurations: Readonly<Record<string, EnvironmentConfiguration>> = ENVIRONMENTS,
): readonly Environment[] {
  const known = Object.keys(configurations);
  if (environment !== undefined && !known.includes(environment)) throw unknownEnvironment(environment, known);
  const names = environment === undefined ? known : [environment];
  refuseOverrides(overrides, names);
  const candidates = known.map((name) => {
    const configuration = configurations[name];
    return [name, name === OVERRIDABLE ? override(configuration, overrides, deployer) : configuration] as const;
  });
  const selected = candidates.filter(([name]) => names.includes(name));
  const environments = selected.map(([name, candidate]) => validateEnvironment(name, candidate));
  refuseSharedAudiences(candidates);
  return environments;
}

/**
 * A token for one environment must be worth nothing to another. The configurations that are not selected count as well:
 * one may be deployed already.
 */
function refuseSharedAudiences(candidates: readonly (readonly [name: string, candidate: unknown])[]): void {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, candidate] of candidates) {
    const issuers = (candidate as Partial<EnvironmentConfiguration> | null | undefined)?.issuers;
    for (const [index, issuer] of (Array.isArray(issuers) ? issuers : []).entries()) {
      const place = `${name}.issuers[${index}]`;
      const tokens = JSON.stringify([issuer?.issuer, issuer?.audience]);
      const other = seen.get(tokens);
      seen.set(tokens, other ?? place);
      if (other === undefined || other.startsWith(`${name}.`)) continue;
      problems.push(
        `${place}: found issuer "${issuer?.issuer}" with audience "${issuer?.audience}", as ${other} has, expected ` +
          'another audience: the tokens of one environment would be good for the other',
      );
    }
  }
  if (problems.length > 0) throw new ConfigurationError('ENVIRONMENT_INVALID', problems.join('\n'));
}

function refuseOverrides(overrides: Omit<Selection, 'environment'>, names: readonly string[]): void {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const others = names.filter((name) => name !== OVERRIDABLE);
  if (given.length === 0 || others.length === 0) return;
  const options = given.map(([option, value]) => `-c ${option}=${value}`).join(' ');
  const isOnly = others.length === names.length;
  throw new ConfigurationError(
    'OVERRIDE_REFUSED',
    `${options}: a command line changes ${OVERRIDABLE} only, ` +
      (isOnly
        ? `and not ${others.join(' and ')}. Change lib/environments.ts.`
        : `and ${others.join(' and ')} would be synthesized as well. Add -c environment=${OVERRIDABLE}, or change ` +
          'lib/environments.ts.'),
  );
}

function override(
  configuration: EnvironmentConfiguration | undefined,
  { issuer, account, region, schemaRegistry, watched, archiveDays, console }: Omit<Selection, 'environment'>,
  deployer: Deployer,
): unknown {
  return {
    ...configuration,
    account: account ?? configuration?.account ?? deployer.account,
    region: region ?? configuration?.region ?? deployer.region,
    ...(schemaRegistry !== undefined && { schemaRegistry: FLAGS[schemaRegistry] ?? schemaRegistry }),
    ...(watched !== undefined && { watched: FLAGS[watched] ?? watched }),
    ...(archiveDays !== undefined && { archiveDays: /^\d+$/.test(archiveDays) ? Number(archiveDays) : archiveDays }),
    // `true` is what is configured.
    ...(console !== undefined && console !== 'true' && { console: console === 'false' ? undefined : console }),
    ...(issuer !== undefined && {
      issuers: [{ issuer, audience: 'tidings', algorithms: ['RS256'], claims: DEV_CLAIMS }],
    }),
  };
}

function unknownEnvironment(name: string, known: readonly string[]): ConfigurationError {
  const guess = nearest(name, known);
  return new ConfigurationError(
    'ENVIRONMENT_UNKNOWN',
    `environment: found ${JSON.stringify(name)}, expected one of ${known.join(', ')}` +
      (guess === undefined ? '' : `. Did you mean ${guess}?`),
  );
}
