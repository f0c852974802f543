import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { ACCESS_EXCEPTIONS } from '../security/access-exceptions.ts';
import { type AccessReport, compareAccess, deniedIn, type Permission } from '../security/compare-access.ts';
import { LogSearch } from '../security/search-logs.ts';
import { readSecrets, type Secret } from './secrets.ts';

/** What a sandbox has left behind. */
export interface Left {
  /** Folder with a log per function, and `access.json`. */
  readonly logFolder: string;
  /** What the sandbox itself has printed. */
  readonly output: string;
}

/** What the sandboxes of a run have left behind, and what they were not to leave. */
export interface Remains {
  readonly left: readonly Left[];
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
export function checkRemains({ left, secretsFile, isWhole }: Remains): void {
  const silent = left.filter(({ logFolder }) => logFilesOf(logFolder).length === 0);
  const logs = left.flatMap(({ logFolder, output }) => [
    ...logFilesOf(logFolder).map((file) => ({ file, content: readFileSync(join(logFolder, file), 'utf8') })),
    { file: 'what the sandbox printed', content: output },
  ]);
  const search = new LogSearch([...readSecrets(secretsFile), ...exampleTexts()]);
  const repeated = logs.flatMap(({ file, content }) => search.search(file, content));
  const lines = logs.reduce((sum, { content }) => sum + content.split('\n').length, 0);
  console.log(
    `Logs: ${lines} lines of ${logs.length} logs searched for ${search.size} pieces, ${repeated.length} found`,
  );

  const denied = logs.flatMap(({ content }) => deniedIn(content));
  const findings = [
    ...silent.map(({ logFolder }) => `${logFolder} has no logs: nothing was searched`),
    ...repeated.slice(0, 50).map(({ file, line, kind }) => `${file}:${line} repeats a ${kind}`),
    ...new Set(denied.map((call) => `A function lacks ${call}`)),
    ...(isWhole ? unusedPermissions(left.map(({ logFolder }) => join(logFolder, 'access.json'))) : []),
  ];
  console.log(
    isWhole
      ? 'Permissions: what the functions may do was compared with what they did.'
      : 'Permissions: not compared with what the functions did, because only a part of the suite ran.',
  );
  if (findings.length > 0) throw new Error(`The run has left what it was not to leave:\n${findings.join('\n')}`);
}

const logFilesOf = (logFolder: string): readonly string[] =>
  readdirSync(logFolder).filter((name) => name.endsWith('.log'));

/** A permission is used if it was in any of the sandboxes. */
function unusedPermissions(files: readonly string[]): readonly string[] {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) return missing.map((file) => `There is no ${file}: no permission was compared`);
  const whole: Record<string, Permission[]> = {};
  for (const file of files) {
    const report = JSON.parse(readFileSync(file, 'utf8')) as AccessReport;
    for (const [name, permissions] of Object.entries(report)) whole[name] = [...(whole[name] ?? []), ...permissions];
  }
  return compareAccess(whole, ACCESS_EXCEPTIONS);
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
