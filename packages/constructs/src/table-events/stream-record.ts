import type { Item } from './item-values.ts';

/**
 * A change of an item, as Lambda hands it on.
 * Source: DynamoDB Streams API reference, Record; Lambda developer guide, "Using Lambda with Amazon DynamoDB".
 */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** ARN of the stream. */
  readonly eventSourceARN: string;
  /** There if DynamoDB itself deleted the item because its time was over. */
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string };
  readonly dynamodb: {
    readonly Keys: Item;
    readonly OldImage?: Item;
    readonly NewImage?: Item;
    readonly SequenceNumber: string;
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly StreamViewType?: string;
  };
}

/** One text for each item of the table: changes of the same item keep their order. */
export const itemKey = ({ dynamodb: { Keys } }: StreamRecord): string =>
  JSON.stringify(Object.entries(Keys).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Without what the stream is called: a table has one at a time. */
export const tableArn = ({ eventSourceARN }: StreamRecord): string => eventSourceARN.split('/stream/', 1)[0] ?? '';
