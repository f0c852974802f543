import { asSequence, eventPath, eventsFrame, FRAME_OVERHEAD_BYTES, LIMITS, type Sequence } from '@tidings/contracts';

/** An event ready for a socket. */
export interface DeliverableEvent {
  readonly sequence: Sequence;
  /** The event as JSON, small enough for a message. */
  readonly json: string;
}

/** The range of the log that frames report on. */
export interface FrameRange {
  readonly from: Sequence;
  readonly through: Sequence;
}

/**
 * The frames that carry some events of a range. Together they cover the range without a gap, so a client that gets
 * all of them knows that what is missing was not for it.
 */
export function framesOf(range: FrameRange, events: readonly DeliverableEvent[], replay: boolean): readonly string[] {
  const groups: DeliverableEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = Buffer.byteLength(event.json) + 1;
    if (bytes + size > LIMITS.frameBytes) {
      groups.push([]);
      bytes = FRAME_OVERHEAD_BYTES;
    }
    groups.at(-1)?.push(event);
    bytes += size;
  }
  let from = range.from;
  return groups.map((group, index) => {
    const last = index === groups.length - 1 ? range.through : group.at(-1)?.sequence;
    const through = last ?? range.through;
    const frame = eventsFrame(
      { from, through, replay },
      group.map(({ json }) => json),
    );
    from = asSequence(through + 1);
    return frame;
  });
}

/** What is left of an event whose attributes alone are too large for a message; the longest are 20 KiB together. */
const ESSENTIAL = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'tenantid', 'sequence', 'recordedtime'];

/**
 * An event as a socket can carry it: itself, or, if it is too large for a message, everything but its data and a
 * `dataref` to fetch the whole event from. Where the attributes alone are too large, only the essential ones stay.
 */
export function forSocket(json: string, apiUrl: string): string {
  if (fits(json)) return json;
  const { data: _data, ...attributes } = JSON.parse(json) as { id: string; data?: unknown };
  const dataref = `${apiUrl}${eventPath(attributes.id)}`;
  const text = JSON.stringify({ ...attributes, dataref });
  if (fits(text)) return text;
  const essential = Object.entries(attributes).filter(([name]) => ESSENTIAL.includes(name));
  return JSON.stringify({ ...Object.fromEntries(essential), dataref });
}

const fits = (json: string): boolean => Buffer.byteLength(json) + FRAME_OVERHEAD_BYTES <= LIMITS.messageBytes;
