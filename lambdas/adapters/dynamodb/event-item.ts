import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { asSequence, type EventId, type TenantId } from '@tidings/contracts';
import { type Place, withPlace } from '../../core/recorded-json.ts';
import { eventKey, TTL_ATTRIBUTE } from './keys.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/**
 * JSON of events is mostly names of members and digits of UUIDs: the fastest level and a small window make it as small
 * as the best do, in half the time. Measured in `docs/decisions/0020-events-are-stored-compressed.md`.
 */
const DEFLATE = { level: constants.Z_BEST_SPEED, memLevel: 5, windowBits: 12 } as const;

/** Buffer for the result, in bytes: what is set aside by default takes longer than compressing an event does. */
const CHUNK_BYTES = 2048;

/** JSON text as it is stored: deflated, without header or checksum. */
export const packJson = (json: string): Uint8Array =>
  deflateRawSync(json, { ...DEFLATE, chunkSize: json.length > CHUNK_BYTES ? 4 * CHUNK_BYTES : CHUNK_BYTES });

/** @throws Error if it is not what {@link packJson} has made */
export const unpackJson = (packed: Uint8Array): string =>
  inflateRawSync(packed, { chunkSize: 2 * CHUNK_BYTES }).toString();

/**
 * The item of an event. Its id is in the key alone. Place and time are attributes of their own and no part of the JSON,
 * so that a commit that is tried again with other numbers compresses nothing again.
 */
export const toEventItem = (
  tenant: TenantId,
  id: EventId,
  packed: Uint8Array,
  { sequence, recordedAt, expiresAt }: Place & { readonly expiresAt: number },
) => {
  const { PK, SK } = eventKey(tenant, id);
  return {
    PK: { S: PK },
    SK: { S: SK },
    sequence: { N: String(sequence) },
    recordedat: { N: String(recordedAt.getTime()) },
    event: { B: packed },
    [TTL_ATTRIBUTE]: { N: String(expiresAt) },
  };
};

/**
 * The event of an item, as JSON text with sequence and recordedtime, and its place.
 * @throws Error if the item is none of an event
 */
export function readEventItem(item: Item): Place & { readonly json: string } {
  const packed = item['event']?.B;
  const sequence = asSequence(Number(item['sequence']?.N));
  const recordedAt = new Date(Number(item['recordedat']?.N));
  if (packed === undefined) throw new Error(`The item ${item['PK']?.S} has no binary attribute "event"`);
  return { json: withPlace(unpackJson(packed), { sequence, recordedAt }), sequence, recordedAt };
}
