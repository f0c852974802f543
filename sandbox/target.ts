import { accessSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';
import { messageOf, SandboxError } from './sandbox-error.ts';

/** Where everything is: what clients, the `tidings` command and the acceptance suite need to know. */
export interface Target {
  readonly apiUrl: string;
  readonly socketUrl: string;
  readonly tokenUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly awsEndpointUrl: string;
  /** The page to look at; absent where the stack has none. Without a slash at the end. */
  readonly consoleUrl?: string;
  readonly region: string;
  /** Module → name of its bus. */
  readonly buses: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, string>>;
  /** URLs. */
  readonly queues: Readonly<Record<string, string>>;
}

/** Output of the stack → name in the target. */
const TABLES = { EventLogTable: 'eventLog', ConnectionsTable: 'connections' };
const QUEUES = {
  IntakeQueueUrl: 'intake',
  IntakeDeadLettersUrl: 'intakeDeadLetters',
  IntakeUndeliverableUrl: 'intakeUndeliverable',
  DoorbellQueueUrl: 'doorbell',
  DoorbellDeadLettersUrl: 'doorbellDeadLetters',
};

/**
 * The target from the stack's outputs.
 *
 * @throws SandboxError when the stack lacks one
 */
export function toTarget(
  outputs: Readonly<Record<string, string>>,
  local: { readonly tokenUrl: string; readonly awsEndpointUrl: string; readonly consoleUrl: string | undefined },
): Target {
  const output = (name: string): string => required(outputs, name);
  const pick = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([from, to]) => [to, output(from)]));
  return {
    apiUrl: output('ApiUrl'),
    socketUrl: output('SocketUrl'),
    tokenUrl: local.tokenUrl,
    issuer: output('Issuer'),
    audience: output('Audience'),
    awsEndpointUrl: local.awsEndpointUrl,
    ...(local.consoleUrl !== undefined && { consoleUrl: local.consoleUrl }),
    region: output('Region'),
    buses: busesOf(outputs),
    tables: pick(TABLES),
    queues: pick(QUEUES),
  };
}

/** Module → name of its bus. @throws SandboxError when the stack does not say */
export const busesOf = (outputs: Readonly<Record<string, string>>): Target['buses'] =>
  JSON.parse(required(outputs, 'BusNames'));

function required(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (value !== undefined) return value;
  throw new SandboxError(`The stack has no output ${name}; it has ${Object.keys(outputs).join(', ') || 'none'}`);
}

/**
 * Finds out early what would be in the way of {@link writeTarget}.
 *
 * @throws SandboxError
 */
export function checkTargetFile(file: string): void {
  const folder = path.dirname(path.resolve(file));
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  } catch (error) {
    throw new SandboxError(`--target: found ${file}, expected a file to write (${messageOf(error)})`);
  }
  throw new SandboxError(`--target: found the folder ${file}, expected a file`);
}

/**
 * Writes the file at once, so that nobody reads half of it.
 *
 * @throws SandboxError
 */
export function writeTarget(file: string, target: Target): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, toText(target));
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new SandboxError(`Found ${file}, expected a file to write (${messageOf(error)})`);
  }
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
