import { describe } from '@tidings/contracts';
import { ACCESS_OPTIONS } from '../access-token.ts';
import type { Options } from '../arguments.ts';
import { Failure } from '../failure.ts';
import { readTargetFile, type TargetFile } from '../target.ts';
import type { Terminal } from '../terminal.ts';

/** What every command takes that looks into the hub's own tables and queues. */
export const DEPLOYMENT_OPTIONS = { target: ACCESS_OPTIONS.target } as const satisfies Options;

/** For programs. */
export const JSON_OUTPUT = {
  json: { type: 'boolean', summary: 'print JSON' },
} as const satisfies Options;

/** What those commands say of whose permissions they use. */
export const CREDENTIALS_NOTE = [
  'Works with your AWS credentials, found as the AWS CLI finds them, and no token; docs/repairing.md has the policy.',
] as const;

/** What a hub is made of, as its operator sees it. */
export interface Deployment {
  readonly file: string;
  readonly region: string;
  /** Where every AWS service is found; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Base URL of `@connections`. */
  readonly connectionsUrl: string;
  readonly tables: Readonly<Record<(typeof TABLES)[number], string>>;
  /** URLs. */
  readonly queues: Readonly<Record<(typeof QUEUES)[number], string>>;
  /** Module → name of its bus. */
  readonly buses: Readonly<Record<string, string>>;
}

const TABLES = ['eventLog', 'connections'] as const;
const QUEUES = ['intake', 'intakeDeadLetters', 'intakeUndeliverable', 'doorbell', 'doorbellDeadLetters'] as const;

/**
 * Reads the AWS half of a target.
 * @throws Failure that names the member which is missing
 */
export async function readDeployment(
  given: string | undefined,
  terminal: Pick<Terminal, 'folder' | 'environment'>,
): Promise<Deployment> {
  const target = await readTargetFile(given, terminal);
  const { file, members } = target;
  return {
    file,
    region: textOf(target, members['region'], 'region'),
    endpoint:
      members['awsEndpointUrl'] === undefined
        ? undefined
        : textOf(target, members['awsEndpointUrl'], 'awsEndpointUrl').replace(/\/+$/, ''),
    connectionsUrl: connectionsUrlOf(target),
    tables: namesOf(target, 'tables', TABLES),
    queues: namesOf(target, 'queues', QUEUES),
    buses: namesOf(target, 'buses', Object.keys(membersOf(target, 'buses'))),
  };
}

/** Beside sockets, unless these come by another way than who looks after them. */
function connectionsUrlOf(target: TargetFile): string {
  const member = target.members['connectionsUrl'] === undefined ? 'socketUrl' : 'connectionsUrl';
  return textOf(target, target.members[member], member).replace(/^ws/, 'http').replace(/\/+$/, '');
}

function namesOf<Name extends string>(
  target: TargetFile,
  member: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const found = membersOf(target, member);
  const entries = names.map((name) => [name, textOf(target, found[name], `${member}.${name}`)] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}

function membersOf({ members, file }: TargetFile, member: string): Readonly<Record<string, unknown>> {
  const value = members[member];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw lacks(file, member, value);
}

function textOf({ file }: TargetFile, value: unknown, member: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw lacks(file, member, value);
}

const lacks = (file: string, member: string, found: unknown): Failure =>
  new Failure(`the target ${file} needs "${member}" for this command, found ${describe(found)}`, {
    notes: ['`npm run target` writes it anew from the deployed stack; a sandbox writes it when it starts'],
  });
