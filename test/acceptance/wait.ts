import { setTimeout as pause } from 'node:timers/promises';

/** How long the suite waits for something that should come within a second. */
export const DEADLINE_MILLISECONDS = 30_000;

const POLL_MILLISECONDS = 25;

/**
 * Asks again and again until there is an answer.
 * @param what for the error, with tenant or seed
 * @throws Error with what was seen last, when the deadline is over
 */
export async function waitFor<Value>(
  what: string,
  probe: () => Promise<Value | undefined> | Value | undefined,
  { deadline = DEADLINE_MILLISECONDS, lastSeen = () => '' }: { deadline?: number; lastSeen?: () => string } = {},
): Promise<Value> {
  const end = Date.now() + deadline;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() >= end) throw new Error(`Waited ${deadline} ms in vain for ${what}. ${lastSeen()}`);
    await pause(POLL_MILLISECONDS);
  }
}
