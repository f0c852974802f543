import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../../lib/environment.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { bundle } from '../../scripts/bundle.ts';
import { newKey, signed, startIssuer, toJwk } from '../security/local-issuer.ts';
import { createApp } from '../synth/synthesize.ts';

const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url));
const CLAIMS = { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' };
const TOKEN_SECONDS = 600;

/** A hub of the real functions, in an environment that a test has changed. */
export interface HubUnderLimits extends Pick<Sandbox, 'target'> {
  /** A token for a user of a tenant that may do everything. */
  tokenFor(tenant: string, user: string): string;
  end(): Promise<void>;
}

/** Synthesizes the stack as the environment says, and starts it with an issuer of its own. */
export async function startHub(changes: Partial<Environment>): Promise<HubUnderLimits> {
  const key = newKey('limits');
  const issuer = await startIssuer({ keys: [toJwk(key)] });
  const folder = mkdtempSync(path.join(tmpdir(), 'tidings-limits-'));
  const bundles = path.join(folder, 'lambdas');
  await bundle({ outputFolder: bundles });
  const issuers = [{ issuer: issuer.url, audience: 'tidings', algorithms: ['RS256' as const], claims: CLAIMS }];
  const { app } = createApp('dev', SCHEMAS, bundles, { issuers, ...changes });
  const sandbox = await startSandbox({ port: 0, assembly: app.synth().directory, stateFolder: folder });
  return {
    target: sandbox.target,
    tokenFor: (tenant, user) =>
      signed(
        key,
        { typ: 'at+jwt' },
        {
          iss: issuer.url,
          aud: 'tidings',
          exp: Math.floor(Date.now() / 1000) + TOKEN_SECONDS,
          sub: user,
          tenant_id: tenant,
          scope: 'bank community events:read',
        },
      ),
    async end() {
      await sandbox.end();
      await issuer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
