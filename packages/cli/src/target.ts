import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe } from '@tidings/contracts';
import { Failure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import type { Terminal } from './terminal.ts';

/** Below the folder of a project. The sandbox writes it. */
const TARGET_FILE = path.join('.sandbox', 'target.json');

/** Below the folder of a project: targets that are called by name. */
const NAMED_TARGETS = path.join('.tidings', 'targets');

/** The hub to talk to. */
export interface Target {
  /** Where the target was read from; for messages. */
  readonly file: string;
  readonly apiUrl: string;
  readonly socketUrl: string;
  /** Gives tokens for client credentials; absent where tokens come from elsewhere. */
  readonly tokenUrl: string | undefined;
  /** Whether tokens come from an issuer on this machine, which puts into them what it is asked to. */
  readonly isSandbox: boolean;
}

/** A target as its file has it. */
export interface TargetFile {
  readonly file: string;
  readonly members: Readonly<Record<string, unknown>>;
}

type Around = Pick<Terminal, 'folder' | 'environment'>;

/**
 * Reads the target: a file, or `.tidings/targets/<name>.json`; what `TIDINGS_TARGET` says, if nothing is given; else the
 * nearest `.sandbox/target.json` of a folder and those above it.
 * @throws Failure when there is none, or when it is not one
 */
export async function readTarget(given: string | undefined, around: Around): Promise<Target> {
  return toTarget(await readTargetFile(given, around));
}

/**
 * The file of a target as it is, for what else it may hold; see {@link readTarget} for where it is looked for.
 * @throws Failure when there is none, or when it is no JSON object
 */
export async function readTargetFile(given: string | undefined, { folder, environment }: Around): Promise<TargetFile> {
  const wanted = given ?? (environment['TIDINGS_TARGET']?.trim() || undefined);
  const found = wanted === undefined ? await findSandbox(folder) : await findTarget(wanted, folder);
  const text = await readFile(found, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(`cannot read the target ${found} (${cause.code ?? cause.message})`, { cause });
  });
  return { file: found, members: parseMembers(text, found) };
}

/** The names of the targets of a folder and those above it, sorted. */
export async function namesOfTargets(folder: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    upwards(folder).map((at) => readdir(path.join(at, NAMED_TARGETS)).catch((): string[] => [])),
  );
  const files = lists.flat().filter((file) => file.endsWith('.json'));
  return [...new Set(files.map((file) => file.slice(0, -'.json'.length)))].sort();
}

async function findSandbox(folder: string): Promise<string> {
  const found = await findFirst(folder, TARGET_FILE);
  if (found !== undefined) return found;
  throw new Failure(
    `no ${TARGET_FILE} in ${folder} or above it: start a hub with \`npm start\`, which writes it, or pass --target FILE`,
  );
}

/** A name is one word; anything else is a path. A file of that name comes first. */
async function findTarget(wanted: string, folder: string): Promise<string> {
  const file = path.resolve(folder, wanted);
  if (!/^[\w-][\w.-]*$/.test(wanted) || wanted.endsWith('.json') || (await exists(file))) return file;
  const named = await findFirst(folder, path.join(NAMED_TARGETS, `${wanted}.json`));
  if (named !== undefined) return named;
  const names = await namesOfTargets(folder);
  const known = names.length === 0 ? '; there are no named targets' : `; known: ${names.join(', ')}`;
  throw new Failure(
    `no target ${describe(wanted)}: neither a file nor ${NAMED_TARGETS}/${wanted}.json${didYouMean(wanted, names) || known}`,
  );
}

async function findFirst(folder: string, file: string): Promise<string | undefined> {
  for (const at of upwards(folder)) {
    const candidate = path.join(at, file);
    if (await exists(candidate)) return candidate;
  }
  return undefined;
}

/** A folder and all above it. */
function upwards(folder: string): readonly string[] {
  const at = path.resolve(folder);
  const above = path.dirname(at);
  return above === at ? [at] : [at, ...upwards(above)];
}

/** A folder is no target: one may well have the name of an environment. */
const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );

function parseMembers(text: string, file: string): TargetFile['members'] {
  let target: unknown;
  try {
    target = JSON.parse(text);
  } catch (cause) {
    throw new Failure(`the target ${file} is no JSON`, { cause });
  }
  if (typeof target !== 'object' || target === null) {
    throw new Failure(`the target ${file} is no JSON object: found ${describe(target)}`);
  }
  return { ...target };
}

function toTarget({ file, members }: TargetFile): Target {
  const url = (name: string, protocols: readonly string[]): string => {
    const value = members[name];
    if (typeof value === 'string' && URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    const expected = protocols.map((protocol) => `${protocol}//`).join(' or ');
    throw new Failure(`the target ${file} needs "${name}" with a URL of ${expected}, found ${describe(value)}`);
  };
  const tokenUrl = members['tokenUrl'] === undefined ? undefined : url('tokenUrl', ['http:', 'https:']);
  return {
    file,
    apiUrl: url('apiUrl', ['http:', 'https:']).replace(/\/+$/, ''),
    socketUrl: url('socketUrl', ['ws:', 'wss:']),
    tokenUrl,
    isSandbox: tokenUrl !== undefined && isLoopback(new URL(tokenUrl).hostname),
  };
}

/** Whether a host name is this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
