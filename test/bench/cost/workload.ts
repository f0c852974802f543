import type { SentEvent } from '../../acceptance/events.ts';
import { realisticEvents } from '../capacity/realistic-events.ts';

/** A tenant has a name as companies give them. */
export const TENANT = 'fjord-accounting';

/** Whom each event is for. */
export const ORGANIZATION = 'org-10';

const KINDS = ['transaction', 'message'] as const;

/**
 * Events whose JSON, as a producer sends it, has about this many bytes: in turn a transaction of a bank, which is made of
 * UUIDs, and a message of people, which is made of words. Both are real schemas.
 */
export function workload(count: number, bytes: number, seed: number): readonly SentEvent[] {
  const ofKind = (kind: (typeof KINDS)[number]): readonly SentEvent[] => {
    const options = { seed, tenant: TENANT };
    const [sample] = realisticEvents(kind, 1, options);
    const around = Buffer.byteLength(JSON.stringify(sample)) - Buffer.byteLength(JSON.stringify(sample?.data));
    const events = realisticEvents(kind, Math.ceil(count / 2), { ...options, bytes: bytes - around });
    return events as unknown as readonly SentEvent[];
  };
  const lists = KINDS.map(ofKind);
  return Array.from({ length: count }, (_, index) => {
    const event = lists[index % 2]?.[Math.floor(index / 2)];
    if (event === undefined) throw new Error(`Expected ${count} events, found no number ${index}`);
    return { ...event, organizationids: ORGANIZATION, time: new Date().toISOString() };
  });
}
