import { createHash } from 'node:crypto';
import { isObject } from './http.ts';
import { AwsError } from './sandbox-error.ts';

/** A message attribute, in the words of the API. Binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message as a queue keeps it. Times are milliseconds since 1970. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sentAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** Not to be received before. */
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  /** Handle of the last receipt. */
  readonly receipt?: string;
}

/** What a producer sends. */
export interface Outgoing {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds?: number | undefined;
}

const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

export const md5OfBody = (body: string): string => md5(body);

/**
 * Digest of the attributes, which SDKs compare with their own.
 * Source: SQS developer guide, "Calculating the MD5 message digest for message attributes".
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType, StringValue, BinaryValue } = attributes[name] ?? { DataType: '' };
    const binary = BinaryValue !== undefined;
    const value = binary ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue ?? '', 'utf8');
    return [
      ...sized(Buffer.from(name)),
      ...sized(Buffer.from(DataType)),
      Buffer.from([binary ? 2 : 1]),
      ...sized(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function sized(data: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return [length, data];
}

/** Bytes that count towards the limit: the body, and names, types and values of the attributes. */
export function sizeOf({ body, attributes }: Pick<Message, 'body' | 'attributes'>): number {
  return Object.entries(attributes).reduce((sum, [name, { DataType, StringValue, BinaryValue }]) => {
    const value =
      BinaryValue === undefined ? Buffer.byteLength(StringValue ?? '') : Buffer.from(BinaryValue, 'base64').length;
    return sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
  }, Buffer.byteLength(body));
}

/** Characters that XML cannot hold, and SQS therefore does not take. Source: SQS API reference, SendMessage. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const REFUSED_CHARACTERS = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** @throws AwsError when SQS would not take the message, for whatever queue */
export function checkOutgoing({ body, attributes }: Outgoing): void {
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (REFUSED_CHARACTERS.test(body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid binary character in message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (Object.keys(attributes).length > 10)
    throw invalid('Number of message attributes exceeds the allowed maximum of 10');
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType)) {
      throw invalid(
        `The type of message attribute '${name}' is ${DataType || 'missing'}, expected String, Number or Binary`,
      );
    }
    if ((DataType.startsWith('Binary') ? BinaryValue : StringValue) === undefined) {
      throw invalid(`Message attribute '${name}' of type ${DataType} has no value of that type`);
    }
  }
}

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

/** @throws AwsError when there is something else than attributes */
export function readAttributes(value: unknown): MessageAttributes {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw invalid('MessageAttributes is no object');
  return Object.fromEntries(
    Object.entries(value).map(([name, attribute]) => {
      const { DataType, StringValue, BinaryValue } = isObject(attribute) ? attribute : {};
      return [
        name,
        {
          DataType: String(DataType ?? ''),
          ...(typeof StringValue === 'string' && { StringValue }),
          ...(typeof BinaryValue === 'string' && { BinaryValue }),
        },
      ];
    }),
  );
}
