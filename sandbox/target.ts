import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SandboxError } from './sandbox-error.ts';

/** Where everything is: what clients, the `tidings` command and the acceptance suite need to know. */
export interface Target {
  readonly apiUrl: string;
  readonly socketUrl: string;
  readonly tokenUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly awsEndpointUrl: string;
  readonly region: string;
  /** Module → name of its bus. */
  readonly buses: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, string>>;
  /** URLs. */
  readonly queues: Readonly<Record<string, string>>;
}

/** Output of the stack → name in the target. */
const TABLES = { EventLogTable: 'eventLog', ConnectionsTable: 'connections' };
const QUEUES = { IntakeQueueUrl: 'intake', IntakeDeadLettersUrl: 'intakeDeadLetters', DoorbellQueueUrl: 'doorbell' };

/**
 * The target from the stack's outputs.
 *
 * @throws SandboxError when the stack lacks one
 */
export function toTarget(
  outputs: Readonly<Record<string, string>>,
  local: { readonly tokenUrl: string; readonly awsEndpointUrl: string },
): Target {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value !== undefined) return value;
    throw new SandboxError(`The stack has no output ${name}; it has ${Object.keys(outputs).join(', ') || 'none'}`);
  };
  const pick = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([from, to]) => [to, output(from)]));
  return {
    apiUrl: output('ApiUrl'),
    socketUrl: output('SocketUrl'),
    tokenUrl: local.tokenUrl,
    issuer: output('Issuer'),
    audience: output('Audience'),
    awsEndpointUrl: local.awsEndpointUrl,
    region: output('Region'),
    buses: JSON.parse(output('BusNames')),
    tables: pick(TABLES),
    queues: pick(QUEUES),
  };
}

/** Writes the file at once, so that nobody reads half of it. */
export function writeTarget(file: string, target: Target): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, toText(target));
  renameSync(draft, file);
}

/** Removes the file, unless another sandbox has written its own there by now. */
export function removeTarget(file: string, target: Target): void {
  try {
    if (readFileSync(file, 'utf8') === toText(target)) rmSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const toText = (target: Target): string => `${JSON.stringify(target, undefined, 2)}\n`;
