import { type CompleteEvent, isPublishError, newEvent } from '@tidings/client';
import { validateEvent } from '@tidings/client/validate';
import { isTidingsError, LIMITS, parseJson } from '@tidings/contracts';
import { changeNumberOf, eventIdOf } from './event-id.ts';
import { type Item, isWanted, readJson, readText, readTexts, requireText } from './item-values.ts';
import type { StreamRecord } from './stream-record.ts';
import type { ItemAction, TableMapping, ValueFrom } from './table-mapping.ts';
import { UnfitChange } from './unfit-change.ts';

/** What DynamoDB deletes in the name of, once an item's time is over. Source: DynamoDB developer guide, "DynamoDB Streams and TTL". */
const TIME_TO_LIVE = 'dynamodb.amazonaws.com';

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The events that a change of an item becomes: none, one, or two if the item has moved to another tenant or subject.
 *
 * @throws UnfitChange
 */
export function planEvents(record: StreamRecord, mapping: TableMapping): readonly CompleteEvent[] {
  const { before, after } = imagesOf(record, mapping);
  const plan = (action: ItemAction, item: Item) =>
    mapping.actions.includes(action) ? [toEvent(record, mapping, action, item)] : [];
  if (before === undefined) return after === undefined ? [] : plan('created', after);
  if (after === undefined) return isExpiry(record) && mapping.expiries === 'ignored' ? [] : plan('deleted', before);
  const from = placeOf(before, mapping);
  // Of what had no place there never was an event.
  if (from === undefined) return plan('created', after);
  if (from !== requirePlace(after, mapping)) return [...plan('deleted', before), ...plan('created', after)];
  if (mapping.updates === 'different') {
    // Of an item that is fit for no event nothing can be said, and not that it is the same either: it is refused below.
    const content = contentOf(after, mapping);
    if (content !== undefined && content === contentOf(before, mapping)) return [];
  }
  return plan('updated', after);
}

/** The item before and after the change, where it was and is one that the events are about. */
function imagesOf({ eventName, dynamodb }: StreamRecord, { where }: TableMapping) {
  const { OldImage, NewImage } = dynamodb;
  if ((eventName !== 'INSERT' && OldImage === undefined) || (eventName !== 'REMOVE' && NewImage === undefined)) {
    throw new UnfitChange(
      'IMAGES_MISSING',
      `Expected a stream of NEW_AND_OLD_IMAGES, found a change without them (${dynamodb.StreamViewType ?? 'view unknown'})`,
    );
  }
  const wanted = (item: Item | undefined) => (item !== undefined && isWanted(item, where) ? item : undefined);
  return { before: wanted(OldImage), after: wanted(NewImage) };
}

const isExpiry = ({ userIdentity }: StreamRecord): boolean =>
  userIdentity?.type === 'Service' && userIdentity.principalId === TIME_TO_LIVE;

const requirePlace = (item: Item, { tenant, subject }: TableMapping): string =>
  JSON.stringify([requireText(item, tenant, 'the tenant'), requireText(item, subject, 'the subject')]);

function placeOf(item: Item, mapping: TableMapping): string | undefined {
  try {
    return requirePlace(item, mapping);
  } catch (error) {
    if (error instanceof UnfitChange) return undefined;
    throw error;
  }
}

/** What an event says of an item, but for who changed it and when; `undefined` if it is fit for none. */
function contentOf(item: Item, mapping: TableMapping): string | undefined {
  try {
    return JSON.stringify([audienceOf(item, mapping), dataOf(item, mapping, 'updated')]);
  } catch (error) {
    if (error instanceof UnfitChange) return undefined;
    throw error;
  }
}

function toEvent(record: StreamRecord, mapping: TableMapping, action: ItemAction, item: Item): CompleteEvent {
  const entity = mapping.entity.slice(mapping.entity.indexOf('.') + 1);
  const event = {
    type: `${mapping.entity}:${action}@${mapping.version}`,
    id: eventIdOf(record, mapping, action),
    time: timeOf(record, mapping, action, item),
    tenantid: requireText(item, mapping.tenant, 'the tenant'),
    subject: `${entity}/${requireText(item, mapping.subject, 'the subject')}`,
    ...audienceOf(item, mapping),
    ...causeOf(record, mapping, action, item),
    extensions: { changenumber: changeNumberOf(record) },
    data: dataOf(item, mapping, action),
  };
  return checked(event);
}

/** @throws UnfitChange */
function checked(event: object): CompleteEvent {
  try {
    const complete = newEvent(event as Parameters<typeof newEvent>[0]);
    assertSize(complete);
    const errors = validateEvent(complete);
    const [first] = errors;
    if (first === undefined) return complete;
    const message = `The data breaks the schema of ${complete.type}: ${first.path} ${first.message}`;
    throw new UnfitChange('EVENT_DATA_INVALID', message, errors);
  } catch (error) {
    if (isPublishError(error) || isTidingsError(error)) {
      throw new UnfitChange('EVENT_MALFORMED', error.message, error.errors);
    }
    throw error;
  }
}

function assertSize(event: CompleteEvent): void {
  const { data: _data, ...attributes } = event;
  for (const [what, value, limit] of [
    ['The event', event, LIMITS.eventBytes],
    ['What the event has besides its data', attributes, LIMITS.attributeBytes],
  ] as const) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes <= limit) continue;
    throw new UnfitChange('EVENT_TOO_LARGE', `${what} is too large: expected at most ${limit} bytes, found ${bytes}`);
  }
  // Depth, names of keys: the hub refuses the whole message for these.
  parseJson(JSON.stringify(event));
}

const AUDIENCE = { organizationids: 'organizations', userids: 'users', roleids: 'roles' } as const;

/** What was mapped has to be there: a restriction that goes missing would show the event to the whole tenant. */
function audienceOf(item: Item, mapping: TableMapping): Readonly<Record<string, readonly string[]>> {
  const lists = Object.entries(AUDIENCE).flatMap(([attribute, name]) => {
    const from = mapping[name];
    if (from === undefined) return [];
    const texts = (readTexts(item, from, name) ?? []).toSorted();
    if (texts.length > 0) return [[attribute, texts] as const];
    throw new UnfitChange('ITEM_INCOMPLETE', `Expected ${name} who may see the event, found none in the item`);
  });
  return Object.fromEntries(lists);
}

/** By whom and in the course of what. What a deletion was caused by, the stream does not say, but for time to live. */
function causeOf(record: StreamRecord, mapping: TableMapping, action: ItemAction, item: Item) {
  const { OldImage } = record.dynamodb;
  const isDeletion = action === 'deleted';
  const actor = isExpiry(record)
    ? TIME_TO_LIVE
    : readText(item, isDeletion ? mapping.deletion.actor : mapping.actor, 'the actor');
  // Who writes without a trace leaves that of an earlier change in the item.
  const isStale = (from: ValueFrom, value: string | undefined) =>
    action === 'updated' && OldImage !== undefined && textOr(OldImage, from) === value;
  const from = isDeletion ? mapping.deletion.traceparent : mapping.traceparent;
  const traceparent = from === undefined ? undefined : textOr(item, from);
  const isTraced = from !== undefined && TRACEPARENT.test(traceparent ?? '') && !isStale(from, traceparent);
  const tracestate = isTraced && !isDeletion && mapping.tracestate ? textOr(item, mapping.tracestate) : undefined;
  const correlation = isDeletion ? undefined : readText(item, mapping.correlation, 'the correlation');
  return {
    ...(actor !== undefined && { actorid: actor }),
    ...(correlation !== undefined && { correlationid: correlation }),
    ...(isTraced && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
  };
}

/** No event is refused for the sake of tracing. */
function textOr(item: Item, from: ValueFrom): string | undefined {
  try {
    return readText(item, from, 'the trace');
  } catch (error) {
    if (error instanceof UnfitChange) return undefined;
    throw error;
  }
}

/** As the item says it, else to the second, as the stream does. */
function timeOf(record: StreamRecord, mapping: TableMapping, action: ItemAction, item: Item): string | undefined {
  const own = action === 'deleted' ? undefined : readText(item, mapping.time, 'the time');
  const milliseconds = record.dynamodb.ApproximateCreationDateTime * 1000;
  return own ?? (Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString() : undefined);
}

function dataOf(item: Item, { data, without }: TableMapping, action: ItemAction): Readonly<Record<string, unknown>> {
  const properties = Object.entries(data)
    .filter(([property]) => without[action]?.includes(property) !== true)
    .map(([property, from]) => [property, readJson(item, from, property)] as const);
  return Object.fromEntries(properties.filter(([, value]) => value !== undefined));
}
