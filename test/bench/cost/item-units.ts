import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Bytes of a write unit, and of a read unit. Source: DynamoDB developer guide, "DynamoDB read and write operations". */
const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_BYTES));

/** Consistent; a read that may be old takes half. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_BYTES));

/** Bytes of an item: its names and its values. Source: DynamoDB developer guide, "Item sizes and formats". */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined)
    return Math.ceil(value.N.replace(/[-.]/g, '').length / 2) + 1 + (value.N.startsWith('-') ? 1 : 0);
  // On the wire it is base64.
  if (value.B !== undefined) return Buffer.from(String(value.B), 'base64').length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return value.L.reduce((sum, member) => sum + 1 + valueBytes(member), 3);
  if (value.M !== undefined) return Object.keys(value.M).length + 3 + itemBytes(value.M);
  if (value.SS !== undefined) return value.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  throw new Error(`Expected an attribute that can be sized, found ${Object.keys(value).join()}`);
}
