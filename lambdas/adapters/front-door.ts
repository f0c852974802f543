import { createHash, timingSafeEqual } from 'node:crypto';
import { FRONT_DOOR_HEADER } from '../variables.ts';

/**
 * Whether a request came by the front door, which puts a secret into a header that its firewall's visitors cannot set.
 * How long this takes says nothing about how much of a guess was right.
 * @param headers names in lower case
 */
export function cameByFrontDoor(headers: Readonly<Record<string, string | undefined>>, secret: string): boolean {
  return timingSafeEqual(digest(headers[FRONT_DOOR_HEADER] ?? ''), digest(secret));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
