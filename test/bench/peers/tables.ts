import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';

export const connect = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

export type Row = Record<string, AttributeValue>;

/** Makes a table whose items have a key of one or two texts, and indexes with all attributes. */
export async function createTable(
  client: DynamoDBClient,
  TableName: string,
  [partition, sort]: readonly [string, string?],
  indexes: Readonly<Record<string, string>> = {},
): Promise<void> {
  const names = [partition, ...(sort === undefined ? [] : [sort]), ...Object.values(indexes)];
  const keyOf = (hash: string, range?: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ];
  const GlobalSecondaryIndexes = Object.entries(indexes).map(([IndexName, name]) => ({
    IndexName,
    KeySchema: keyOf(name),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keyOf(partition, sort),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
    }),
  );
}

/** Writes rows, as many at once as DynamoDB takes. */
export async function fill(client: DynamoDBClient, table: string, rows: readonly Row[]): Promise<void> {
  for (let first = 0; first < rows.length; first += 25) {
    const RequestItems = { [table]: rows.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } })) };
    const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems }));
    if (Object.keys(UnprocessedItems).length > 0) throw new Error(`Expected the engine to take all rows of ${table}`);
  }
}

/** The only row of a table. */
export async function onlyRow(client: DynamoDBClient, TableName: string): Promise<Row> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const [row] = Items;
  if (row === undefined || Items.length > 1) throw new Error(`Expected one row in ${TableName}, found ${Items.length}`);
  return row;
}
