import { setTimeout as pause } from 'node:timers/promises';

/** How long the suite waits for something that should come within a second. */
export const DEADLINE_MILLISECONDS = 30_000;

/**
 * Factor for all deadlines. An emulator that runs one function at a time stores and delivers some 25 events in a second,
 * which is slow, and not wrong.
 */
export const PATIENCE = readPatience(process.env['PATIENCE']);

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
  const limit = deadline * PATIENCE;
  const end = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() >= end) throw new Error(`Waited ${limit} ms in vain for ${what}. ${lastSeen()}`);
    await pause(POLL_MILLISECONDS);
  }
}

function readPatience(text = '1'): number {
  const factor = Number(text);
  if (factor > 0 && Number.isFinite(factor)) return factor;
  throw new Error(`PATIENCE: expected a factor above 0, found ${JSON.stringify(text)}`);
}
