import type { AttributeValue, Item } from '../src/table-events/item-values.ts';
import type { StreamRecord } from '../src/table-events/stream-record.ts';
import type { TableMapping } from '../src/table-events/table-mapping.ts';

/** How accounts become events in tests: names as they are, an audience, and everything else that can be mapped. */
export const ACCOUNT_MAPPING: TableMapping = {
  entity: 'bank.account',
  version: 'v1',
  actions: ['created', 'updated', 'deleted'],
  where: { kind: { exists: true } },
  tenant: { attribute: 'PK', after: 'TENANT#' },
  subject: 'accountId',
  users: 'holderIds',
  actor: 'updatedBy',
  traceparent: 'traceparent',
  deletion: { actor: 'deletedBy' },
  data: Object.fromEntries(
    [
      ...['accountId', 'accountNumber', 'name', 'kind', 'currency', 'status', 'holderIds', 'creditLimit', 'openedOn'],
    ].map((name) => [name, name]),
  ),
  without: {},
  updates: 'different',
  expiries: 'deleted',
};

/** The item of an account. Attributes that are `undefined` are left out. */
export function account(attributes: Readonly<Record<string, AttributeValue | undefined>> = {}): Item {
  const item: Readonly<Record<string, AttributeValue | undefined>> = {
    PK: { S: 'TENANT#acme' },
    SK: { S: 'ACCOUNT#1' },
    accountId: { S: '0d9f6a52-7c1e-4b38-9a64-2f5be1c07d13' },
    accountNumber: { S: 'NO9386011117947' },
    name: { S: 'Daily expenses' },
    kind: { S: 'current' },
    currency: { S: 'NOK' },
    status: { S: 'open' },
    holderIds: { SS: ['kari', 'ola'] },
    openedOn: { S: '2024-02-29' },
    updatedBy: { S: 'kari' },
    ...attributes,
  };
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A change as a stream tells of it: a creation has no item before, a deletion none after. */
export function change(
  number: number,
  before: Item | undefined,
  after: Item | undefined,
  more: Partial<StreamRecord> = {},
): StreamRecord {
  const { PK = { S: '' }, SK = { S: '' } } = after ?? before ?? {};
  return {
    eventID: `event-${number}`,
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventSourceARN: 'arn:aws:dynamodb:eu-north-1:111111111111:table/accounts/stream/2026-01-31T09:30:00.000',
    dynamodb: {
      Keys: { PK, SK },
      SequenceNumber: String(100_000_000_000_000_000_000_000n + BigInt(number)),
      ApproximateCreationDateTime: 1_769_851_800 + number,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...(before !== undefined && { OldImage: before }),
      ...(after !== undefined && { NewImage: after }),
    },
    ...more,
  };
}
