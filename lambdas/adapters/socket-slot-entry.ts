import { SLOT_MILLISECONDS, type SlotHolder } from '../core/ports/socket-slots.ts';

/** Milliseconds of connect times that are counted together. */
const BUCKET_MILLISECONDS = 10 * 60 * 1000;

/** Digits of a time in milliseconds, so that entries have the order of their times. */
const TIME_DIGITS = 15;

/** A holder among those of its user: its time, then its connection. */
export const toEntry = ({ connectedAt, connectionId }: SlotHolder): string =>
  `${String(connectedAt.getTime()).padStart(TIME_DIGITS, '0')}/${connectionId}`;

/** Entries of a user, in any order, as holders, the oldest first. */
export const toHolders = (
  entries: Iterable<string>,
  { tenant, subject }: Pick<SlotHolder, 'tenant' | 'subject'>,
): readonly SlotHolder[] =>
  [...entries].sort().map((entry) => ({
    tenant,
    subject,
    connectedAt: new Date(Number(entry.slice(0, TIME_DIGITS))),
    connectionId: entry.slice(TIME_DIGITS + 1),
  }));

/** Whether a holder's time is over. */
export const isOver = ({ connectedAt }: Pick<SlotHolder, 'connectedAt'>, now: Date): boolean =>
  connectedAt.getTime() + SLOT_MILLISECONDS <= now.getTime();

/** The bucket that a socket is counted in. */
export const bucketOf = ({ connectedAt }: Pick<SlotHolder, 'connectedAt'>): number =>
  Math.floor(connectedAt.getTime() / BUCKET_MILLISECONDS);

/** The moment from which nothing in a bucket is counted any more: when the time of the oldest that can be in it is over. */
export const endOfBucket = (bucket: number): Date => new Date(bucket * BUCKET_MILLISECONDS + SLOT_MILLISECONDS);
