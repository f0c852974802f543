import { asSequence, padSequence, type Sequence } from '@tidings/contracts';

/** An event's place in its tenant's order, and when it got it. Both are known at the commit only. */
export interface Place {
  readonly sequence: Sequence;
  readonly recordedAt: Date;
}

/**
 * JSON of an event with what the hub adds, at the end of it. It is spliced, because who stores and delivers events has
 * no need to know what is in them.
 * @param json an object with members, without sequence and recordedtime: no producer may set these
 */
export const withPlace = (json: string, { sequence, recordedAt }: Place): string =>
  `${json.slice(0, -1)},"sequence":"${padSequence(sequence)}","recordedtime":"${recordedAt.toISOString()}"}`;

/** When an event was recorded, of what {@link withPlace} has made: it is at the end, so nothing is parsed for it. */
export const recordedTimeOf = (json: string): Date =>
  new Date(/"recordedtime":"([^"]+)"\}$/.exec(json.slice(-PLACE_BYTES))?.[1] ?? Number.NaN);

/** Bytes that {@link withPlace} adds: as many for every place. */
export const PLACE_BYTES = withPlace('{}', { sequence: asSequence(0), recordedAt: new Date(0) }).length - '{}'.length;
