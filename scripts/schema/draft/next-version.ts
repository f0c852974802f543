import { parseEventType } from '../../../packages/contracts/src/event-type.ts';
import { describe } from '../../../packages/contracts/src/identifiers.ts';
import { Refused } from '../refused.ts';
import { type EventName, fileNameOf } from './event-name.ts';

/** What is there already. */
export interface Present {
  /** Names of schema files below the schemas folder. */
  readonly files: ReadonlySet<string>;
  /** Types in the lock. */
  readonly published: Iterable<string>;
}

export interface VersionWish {
  /** What `--version` says. */
  readonly version: string | undefined;
  /** Whether `--new-version` was given. */
  readonly newVersion: boolean;
}

/** The highest version that there is or was; 0 for none. */
export function latestVersion(name: EventName, { files, published }: Present): number {
  const prefix = fileNameOf(name, 0).replace(/0\.json$/, '');
  const inFiles = [...files].map((file) =>
    file.startsWith(prefix) ? Number(/^([1-9][0-9]*)\.json$/.exec(file.slice(prefix.length))?.[1] ?? 0) : 0,
  );
  const inLock = [...published].map((type) => {
    const parts = parseEventType(type);
    return parts !== undefined && fileNameOf(parts, 0) === fileNameOf(name, 0) ? parts.version : 0;
  });
  return Math.max(0, ...inFiles, ...inLock);
}

/**
 * The version that a new schema gets: the one after the latest, if that is what was asked for.
 *
 * @throws Refused
 */
export function chooseVersion(name: EventName, { version, newVersion }: VersionWish, latest: number): number {
  if (version !== undefined && newVersion) {
    throw new Refused('expected one of --version and --new-version, found both', { exitCode: 2 });
  }
  if (version !== undefined && !/^[1-9][0-9]{0,5}$/.test(version)) {
    throw new Refused(`--version: expected a number from 1 to 999999, found ${describe(version)}`, { exitCode: 2 });
  }
  const next = latest + 1;
  if (version === undefined) {
    if (latest === 0 || newVersion) return next;
    throw new Refused(
      `${fileNameOf(name, latest)} is there already. A change that breaks nobody is made in it; for any other add ` +
        `v${next}: say --new-version.`,
    );
  }
  if (Number(version) === next) return next;
  if (Number(version) <= latest) {
    throw new Refused(
      `${fileNameOf(name, Number(version))} is there already, or was published; the next version is v${next}.`,
    );
  }
  throw new Refused(
    `--version: expected ${next}, found ${version}: versions are counted, and ` +
      (latest === 0 ? 'there is none yet.' : `the latest is v${latest}.`),
  );
}
