import { appendFileSync } from 'node:fs';
import { inject, it, TestRunner } from 'vitest';
import type { CapabilityName } from './capability-list.ts';
import { hubUnderTest } from './hub-under-test.ts';
import type { LeftOut } from './left-out.ts';

/** Whether the target has a capability. */
export const has = (capability: CapabilityName): boolean => !hubUnderTest().target.lacks.includes(capability);

/**
 * `it` for tests that need something which the target may lack. Such a test is skipped and written down with the
 * capability, so that the list at the end is complete.
 */
export function needs(...needed: readonly CapabilityName[]): (name: string, body: () => Promise<void>) => void {
  return (name, body) => {
    const lacking = needed.find((capability) => !has(capability));
    if (lacking === undefined) return it(name, body);
    leaveOut(`${TestRunner.getCurrentSuite()?.name ?? ''} ${name}`.trim(), lacking);
    return it.skip(`${name} (the target lacks ${lacking})`, body);
  };
}

/** Writes down that something is left out, where a test as a whole still runs. */
export function leaveOut(test: string, lacking: CapabilityName): void {
  const line: LeftOut = { test, lacking };
  appendFileSync(inject('leftOutFile'), `${JSON.stringify(line)}\n`);
}
