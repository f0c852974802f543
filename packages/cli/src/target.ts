import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe } from '@tidings/contracts';
import { Failure } from './failure.ts';

/** Below the folder of a project. The sandbox writes it. */
const TARGET_FILE = path.join('.sandbox', 'target.json');

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

/**
 * Reads the target from a file, or from the nearest `.sandbox/target.json` of a folder and those above it.
 * @throws Failure when there is none, or when it is not one
 */
export async function readTarget(file: string | undefined, folder: string): Promise<Target> {
  const found = file === undefined ? await findUpwards(folder) : path.resolve(folder, file);
  const text = await readFile(found, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(`cannot read the target ${found} (${cause.code ?? cause.message})`, { cause });
  });
  return parseTarget(text, found);
}

async function findUpwards(folder: string): Promise<string> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const candidate = path.join(at, TARGET_FILE);
    if (await exists(candidate)) return candidate;
    if (at === path.dirname(at)) break;
  }
  throw new Failure(
    `no ${TARGET_FILE} in ${folder} or above it: start a hub with \`npm start\`, which writes it, or pass --target FILE`,
  );
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function parseTarget(text: string, file: string): Target {
  let target: unknown;
  try {
    target = JSON.parse(text);
  } catch (cause) {
    throw new Failure(`the target ${file} is no JSON`, { cause });
  }
  if (typeof target !== 'object' || target === null) {
    throw new Failure(`the target ${file} is no JSON object: found ${describe(target)}`);
  }
  const members = target as Readonly<Record<string, unknown>>;
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

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
