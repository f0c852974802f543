import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Bytes of an item as DynamoDB counts them: names and values.
 * Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 */
export const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);

/** A list or map takes three bytes, and each member of it one, beside their values. */
function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return sizeOfNumber(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.SS !== undefined) return value.SS.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (value.L !== undefined) return value.L.reduce((sum, one) => sum + 1 + sizeOfValue(one), 3);
  if (value.M !== undefined) return sizeOf(value.M) + Object.keys(value.M).length + 3;
  throw new Error(`Expected an attribute of a type that the hub stores, found ${Object.keys(value).join(', ')}`);
}

/** One byte for two digits, without zeros before and behind, and one more. */
function sizeOfNumber(text: string): number {
  const digits = text.replace(/^-?0*|\./g, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + 1;
}
