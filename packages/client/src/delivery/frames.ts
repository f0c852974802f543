import type { EventsFrame, HubFrame, RecordedEvent } from '@tidings/contracts';

/** `events` in `synced` tells an empty page from one that was lost; not every hub says it. */
export type ReceivedFrame = HubFrame<RecordedEvent> & { readonly events?: unknown };

type Members = Readonly<Record<string, unknown>>;

/**
 * A hub's message from its text. What is of no known type is none of our business: a newer hub may say more, and API
 * Gateway has messages of its own.
 * @throws TypeError if it is no frame at all, or lacks what the delivery stands on
 */
export function parseHubFrame(text: string): HubFrame<RecordedEvent> | undefined {
  const frame: unknown = JSON.parse(text);
  if (typeof frame !== 'object' || frame === null) throw new TypeError('Expected a frame, found no object');
  const members = frame as Members;
  const type = members['type'];
  if (typeof type !== 'string' || !Object.hasOwn(NUMBERS, type)) return undefined;
  for (const name of NUMBERS[type as keyof typeof NUMBERS]) requireSequence(members[name], `${type}.${name}`);
  if (type === 'events') requireEvents(members as unknown as EventsFrame<unknown>);
  if ((type === 'subscribed' || type === 'reset') && typeof members['epoch'] !== 'string') {
    throw new TypeError(`Expected ${type}.epoch to be a string`);
  }
  if (type === 'synced' && !['string', 'undefined'].includes(typeof members['epoch'])) {
    throw new TypeError('Expected synced.epoch to be a string, if it is there');
  }
  for (const name of CURSORS[type] ?? []) {
    const cursor = members[name] as Members | undefined;
    if (cursor !== undefined) requireSequence(cursor['sequence'], `${type}.${name}.sequence`);
  }
  return frame as HubFrame<RecordedEvent>;
}

const NUMBERS = {
  subscribed: ['head'],
  events: ['from', 'through'],
  synced: ['through', 'head'],
  reset: ['oldest', 'head'],
  acked: [],
  renewed: ['expires'],
  error: [],
} as const satisfies Readonly<Record<HubFrame<never>['type'], readonly string[]>>;

const CURSORS: Readonly<Record<string, readonly string[]>> = { subscribed: ['cursor'], acked: ['cursor'] };

function requireSequence(value: unknown, name: string): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return;
  throw new TypeError(`Expected ${name} to be a sequence`);
}

function requireEvents({ from, through, events }: EventsFrame<unknown>): void {
  if (!Array.isArray(events)) throw new TypeError('Expected events.events to be a list');
  let least: number = from;
  for (const event of events as readonly Partial<RecordedEvent>[]) {
    const sequence = typeof event?.sequence === 'string' ? Number(event.sequence) : Number.NaN;
    if (!(sequence >= least && sequence <= through)) {
      throw new TypeError(`Expected events in order, from ${from} through ${through}; found ${event?.sequence}`);
    }
    least = sequence + 1;
  }
}
