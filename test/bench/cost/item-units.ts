/** Bytes of a write unit, and of a read unit. Source: DynamoDB developer guide, "DynamoDB read and write operations". */
const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_BYTES));

/** Consistent; a read that may be old takes half. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_BYTES));

/** A document of the wire, where bytes are base64. Only a value's type has the name `B` and a text. */
export const parseWire = <Document>(text: string): Document =>
  JSON.parse(text, (name, value: unknown) =>
    name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value,
  ) as Document;
