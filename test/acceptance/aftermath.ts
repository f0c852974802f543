import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { ACCESS_EXCEPTIONS } from '../security/access-exceptions.ts';
import { type AccessReport, compareAccess, deniedIn } from '../security/compare-access.ts';
import { LogSearch } from '../security/search-logs.ts';
import { readSecrets, type Secret } from './secrets.ts';

/** What a sandbox has left behind, and what it was not to leave. */
export interface Remains {
  /** Folder with a log per function, and `access.json`. */
  readonly logFolder: string;
  /** What the sandbox itself has printed. */
  readonly output: string;
  readonly secretsFile: string;
  /** Whether every test ran, so that what was never used is of no use. */
  readonly isWhole: boolean;
}

/** Texts of examples that say something by themselves: the names of colours occur elsewhere. */
const TELLING = /^(?=.{14,}$)(?=.*[\d\s@;])(?!\d{4}-\d\d-\d\d)/;

/**
 * Looks at what a run has left behind: logs with nothing of what was sent in them, and permissions that were used.
 * @throws Error with everything that is wrong
 */
export function checkRemains({ logFolder, output, secretsFile, isWhole }: Remains): void {
  const files = readdirSync(logFolder).filter((name) => name.endsWith('.log'));
  const logs = [
    ...files.map((file) => ({ file, content: readFileSync(join(logFolder, file), 'utf8') })),
    { file: 'what the sandbox printed', content: output },
  ];
  const search = new LogSearch([...readSecrets(secretsFile), ...exampleTexts()]);
  const repeated = logs.flatMap(({ file, content }) => search.search(file, content));
  const lines = logs.reduce((sum, { content }) => sum + content.split('\n').length, 0);
  console.log(
    `Logs: ${lines} lines of ${logs.length} logs searched for ${search.size} pieces, ${repeated.length} found`,
  );

  const denied = logs.flatMap(({ content }) => deniedIn(content));
  const findings = [
    ...(files.length === 0 ? [`${logFolder} has no logs: nothing was searched`] : []),
    ...repeated.slice(0, 50).map(({ file, line, kind }) => `${file}:${line} repeats a ${kind}`),
    ...new Set(denied.map((call) => `A function lacks ${call}`)),
    ...(isWhole ? unusedPermissions(join(logFolder, 'access.json')) : []),
  ];
  console.log(
    isWhole
      ? 'Permissions: what the functions may do was compared with what they did.'
      : 'Permissions: not compared with what the functions did, because only a part of the suite ran.',
  );
  if (findings.length > 0) throw new Error(`The run has left what it was not to leave:\n${findings.join('\n')}`);
}

function unusedPermissions(file: string): readonly string[] {
  if (!existsSync(file)) return [`There is no ${file}: no permission was compared`];
  return compareAccess(JSON.parse(readFileSync(file, 'utf8')) as AccessReport, ACCESS_EXCEPTIONS);
}

/** What the examples of all schemas say: the suite sends them as payloads. */
function exampleTexts(): readonly Secret[] {
  const texts = eventTypes.flatMap(({ examples }) => examples.flatMap(textsIn));
  return [...new Set(texts)].filter((text) => TELLING.test(text)).map((text) => ({ kind: 'payload', text }));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
