import { readFileSync } from 'node:fs';
import { type CapabilityName, capabilities } from './capability-list.ts';

/** Where a running hub is, and what of the suite it cannot do. The sandbox writes such a file; see `docs/`. */
export interface Target {
  /** Base URL of the HTTP API, without a slash at the end. */
  readonly apiUrl: string;
  /** URL of the WebSocket API with its stage. */
  readonly socketUrl: string;
  /** Token endpoint: OAuth2 client credentials, with the extra fields of the sandbox's issuer for claims. */
  readonly tokenUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly region: string;
  /** Where the AWS SDK finds every service; absent for AWS itself. */
  readonly awsEndpointUrl?: string;
  /** Names of the buses by module. */
  readonly buses: Readonly<Record<string, string>>;
  /** Names of tables, where the target names any: that of a sandbox does. */
  readonly tables?: Readonly<Record<string, string>>;
  /** URLs of queues. */
  readonly queues: { readonly intakeDeadLetters: string };
  /** Where the console is, where the environment has one. */
  readonly consoleUrl?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Capabilities that the deployment has not. */
  readonly lacks: readonly CapabilityName[];
}

const TEXTS = ['apiUrl', 'socketUrl', 'tokenUrl', 'issuer', 'audience', 'region'] as const;

/**
 * A target from its file.
 * @throws Error that names the file, the member, what was found and what was expected
 */
export function readTarget(file: string): Target {
  const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const refuse = (member: string, expected: string): never => {
    throw new Error(`${file}: "${member}": expected ${expected}, found ${JSON.stringify(value[member])}`);
  };
  for (const name of TEXTS) {
    if (typeof value[name] !== 'string' || value[name] === '') refuse(name, 'a string with characters');
  }
  if (typeof value['buses'] !== 'object' || value['buses'] === null) refuse('buses', 'bus names by module');
  const queues = value['queues'] as Target['queues'] | undefined;
  if (typeof queues?.intakeDeadLetters !== 'string') refuse('queues', 'an object with "intakeDeadLetters"');
  const lacks = value['lacks'] ?? [];
  if (!Array.isArray(lacks) || !lacks.every((name) => typeof name === 'string' && Object.hasOwn(capabilities, name))) {
    refuse('lacks', `a list out of ${Object.keys(capabilities).join(', ')}`);
  }
  const isAws = value['awsEndpointUrl'] === undefined;
  return {
    ...(value as unknown as Target),
    apiUrl: String(value['apiUrl']).replace(/\/$/, ''),
    lacks: [
      ...(lacks as CapabilityName[]),
      ...(isAws ? (['aws-endpoint'] as const) : []),
      ...(value['consoleUrl'] === undefined ? (['console'] as const) : []),
    ],
  };
}
