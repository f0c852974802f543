import { createHash } from 'node:crypto';
import type { StreamRecord } from './stream-record.ts';
import { tableArn } from './stream-record.ts';
import type { ItemAction, TableMapping } from './table-mapping.ts';

/**
 * The id of the event that a change becomes: the same however often and in whatever company the stream hands the change out,
 * and different for every other change, for every entity that is made of one table, and for the two events that an item
 * makes which moves to another tenant or subject.
 *
 * A hash, because the parts are together longer than an id may be, and are of no use to anybody else.
 */
export function eventIdOf(
  record: StreamRecord,
  { entity, version }: Pick<TableMapping, 'entity' | 'version'>,
  action: ItemAction,
): string {
  const { eventID, dynamodb } = record;
  // Of the two events of a move, the deletion is the one that an update does not make otherwise.
  const part = record.eventName === 'MODIFY' && action === 'deleted' ? 'left' : 'here';
  const parts = [entity, version, tableArn(record), eventID, dynamodb.SequenceNumber, part];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * The place of a change among those of its item, as 40 digits: of two changes of an item the later has the greater. It is for
 * those who have to know, because neither a bus nor a queue keeps an order.
 * Source: DynamoDB Streams API reference, StreamRecord: a sequence number has 21 to 40 digits.
 */
export const changeNumberOf = ({ dynamodb: { SequenceNumber } }: StreamRecord): string =>
  SequenceNumber.padStart(40, '0');
