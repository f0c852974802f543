import { inject } from 'vitest';
import type { Target } from './target.ts';

/** A hub that the suite runs against. */
export interface HubUnderTest {
  readonly target: Target;
  /** Folder with the logs of the functions, where the hub is the suite's own. */
  readonly logFolder: string | null;
  /** The private key of the issuer as a JWK, where it is the suite's own. */
  readonly issuerKeyFile: string | null;
}

/**
 * The hub that this test file has to itself while it runs. There are as many as files run at once: what a file looks at is
 * more than its own tenants, such as dead letters, which others would have in their hands, or a queue that is to be empty.
 */
export function hubUnderTest(): HubUnderTest {
  const hubs = inject('hubs');
  const hub = hubs[(Number(process.env['VITEST_POOL_ID']) - 1) % hubs.length];
  if (hub === undefined) throw new Error(`No hub for the worker ${process.env['VITEST_POOL_ID']} of ${hubs.length}`);
  return hub;
}
