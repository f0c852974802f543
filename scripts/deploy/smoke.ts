import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Surroundings } from './surroundings.ts';

/** What the smoke test looks at; said where it cannot run. */
const CHECKS = 'publishing over HTTP, idempotence, reading, a live socket, isolation of tenants, bad tokens';

/** Members of the target file that are needed here. */
interface Target {
  readonly issuer: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/;

/**
 * Runs the quick part of the acceptance suite against a hub, if there is a client for it.
 * @returns whether the hub does what it was asked; also true if it could not be asked
 */
export async function trySmoke(file: string, around: Surroundings): Promise<boolean> {
  const target = JSON.parse(await readFile(file, 'utf8')) as Target;
  const missing = missingFor(target, around.environment);
  if (missing.length > 0) {
    around.print(
      `Not checked: ${CHECKS}. That takes a client of ${target.issuer}; missing: ${missing.join(', ')}. Give the ` +
        'client the scopes of a module and events:read, set the variables and run the same command again: it deploys ' +
        'nothing that is there already.',
    );
    return true;
  }
  const { code } = await around.run({
    program: process.execPath,
    args: [
      path.join('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...['--project', 'acceptance', 'test/acceptance/smoke.test.ts'],
    ],
    folder: around.folder,
    environment: { TIDINGS_TARGET: file },
  });
  if (code !== 0) {
    around.complain(
      `The environment is deployed, and does not do what it should: see above. ${file} says where it is; ` +
        'docs/run-book.md says where to look.',
    );
  }
  return code === 0;
}

/** An issuer on this machine, as the sandbox's, gives any token to anybody. */
function missingFor(target: Target, environment: Surroundings['environment']): readonly string[] {
  if (LOOPBACK.test(target.issuer)) return [];
  const given: Readonly<Record<string, string | undefined>> = {
    TIDINGS_CLIENT_ID: target.clientId,
    TIDINGS_CLIENT_SECRET: target.clientSecret,
    TIDINGS_SMOKE_TENANT: environment['TIDINGS_SMOKE_TENANT'],
  };
  return Object.keys(given).filter((name) => (given[name] ?? '') === '');
}
