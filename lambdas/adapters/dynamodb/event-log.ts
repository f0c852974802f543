import {
  type AttributeValue,
  type CancellationReason,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  asSequence,
  type Cursor,
  EMPTY_HEAD,
  type EventId,
  type Head,
  NO_EPOCH,
  padSequence,
  type Sequence,
  type TenantId,
} from '@tidings/contracts';
import type {
  Commit,
  CommitOutcome,
  EventLog,
  LedgerEvent,
  LedgerHeader,
  LedgerPage,
  NewEvent,
} from '../../core/ports/event-log.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { PLACE_BYTES } from '../../core/recorded-json.ts';
import { withGeneration } from '../log-generation.ts';
import { batchGet } from './batch-get.ts';
import { packJson, readEventItem, toEventItem, unpackJson } from './event-item.ts';
import { counterKey, eventKey, fanOutKey, KEY_ATTRIBUTES, ledgerKey, ledgerPartition, TTL_ATTRIBUTE } from './keys.ts';

type Item = Record<string, AttributeValue>;
type TransactItem = NonNullable<TransactWriteItemsCommandInput['TransactItems']>[number];

/** Every clause of a conditional write, by what it protects. */
const CONDITIONS = {
  /** The tenant has no event yet: two first commits cannot both make an epoch. */
  isFirstCommit: `attribute_not_exists(${KEY_ATTRIBUTES.partition})`,
  /** Nobody has committed since the head was read: sequences have no gap and no twin. */
  headIsUnmoved: 'head = :expected AND epoch = :epoch',
  /** The id is not recorded, or its event is past its time and only waits for deletion. */
  idIsFree: `attribute_not_exists(${KEY_ATTRIBUTES.partition}) OR ${TTL_ATTRIBUTE} <= :now`,
  /** The fan-out never goes back, whichever of two overlapping runs ends last; another history begins anew. */
  positionMovesForward: `attribute_not_exists(${KEY_ATTRIBUTES.partition}) OR epoch <> :epoch OR delivered < :position`,
} as const;

/** Reasons for which DynamoDB gives up a transaction without having judged its conditions. */
const CONTENTION = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];
const CONTENTION_ERRORS = [
  'TransactionInProgressException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
];

/** Events of a large ledger entry: as many as one commit records; see `lambdas/core/record-events.ts`. */
const LARGE_COMMIT = 90;

/** Counter and ledger entry come before the events in a transaction. */
const ITEMS_BEFORE_EVENTS = 2;

/** What the log needs besides the table. */
export interface DynamoDbEventLogOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly surroundings: Pick<Surroundings, 'now' | 'random' | 'pause'>;
  /** How often the table was restored from a backup, plus one; see {@link withGeneration}. */
  readonly generation: number;
}

/**
 * The event log in one DynamoDB table. `keys.ts` has the layout: counters, ledgers and events, each tenant's counter and
 * ledger in partitions of their own, each event in one of its own. All reads are strongly consistent.
 */
export function createDynamoDbEventLog(options: DynamoDbEventLogOptions): EventLog {
  const { client, tableName, surroundings } = options;
  const isKept = (item: Item): boolean => Number(item[TTL_ATTRIBUTE]?.N) * 1000 > surroundings.now().getTime();
  const read = async (key: Item): Promise<Item | undefined> =>
    (await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item;

  const head = async (tenant: TenantId): Promise<Head> => toHead(await read(asItem(counterKey(tenant))));

  // A commit that is tried again has the same events with other numbers, which are no part of what is compressed.
  const packed = new WeakMap<NewEvent, Uint8Array>();
  const pack = (event: NewEvent): Uint8Array => {
    const known = packed.get(event);
    if (known !== undefined) return known;
    const fresh = packJson(event.json);
    packed.set(event, fresh);
    return fresh;
  };

  const log: EventLog = {
    head,

    async commit(commit) {
      const TransactItems = toTransaction(tableName, commit, pack);
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems }));
        return { kind: 'committed', head: headAfter(commit) };
      } catch (error) {
        const outcome = toConflict(error, commit);
        if (outcome === undefined) throw error;
        if (outcome.kind !== 'head-moved') return outcome;
        // Without what was found there is no counter: nobody has committed, or somebody has erased the tenant.
        return { kind: 'head-moved', found: outcome.counter ? toHead(outcome.counter) : await head(commit.tenant) };
      }
    },

    async readLedger(tenant, after, upTo, limit): Promise<LedgerPage> {
      if (after >= upTo) return { events: [], through: upTo };
      const events: LedgerEvent[] = [];
      let through = after;
      // How many events an entry holds is not known before it is read, and what is read beyond the limit is read again
      // for the next page. So the first query asks for what fits if all are large, and the next for what fits if the
      // others are like those.
      let seen = 0;
      for (let entries = Math.max(1, Math.floor(limit / LARGE_COMMIT)); entries > 0 && through < upTo; ) {
        const query = ledgerQuery({ tenant, after: through, upTo, limit: entries });
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({ TableName: tableName, ...query }),
        );
        const before = events.length;
        for (const item of Items) {
          const found = isKept(item) ? toLedgerEvents(item).filter(({ sequence }) => sequence > after) : [];
          const fits = events.length + found.length <= limit;
          // An entry comes as a whole, unless it alone is too much.
          if (!fits && events.length > 0) return { events, through };
          events.push(...found.slice(0, limit));
          if (!fits) return { events, through: events.at(-1)?.sequence ?? through };
          through = asSequence(Number(text(item, KEY_ATTRIBUTES.sort)));
        }
        if (LastEvaluatedKey === undefined) return { events, through: upTo };
        through = asSequence(Number(LastEvaluatedKey[KEY_ATTRIBUTES.sort]?.S ?? through));
        // A long stretch that is past its time is the caller's to go on with.
        if (events.length === before) break;
        seen += Items.length;
        entries = Math.floor(((limit - events.length) * seen) / events.length);
      }
      return { events, through };
    },

    async readEvents(tenant, ids) {
      const byPartition = new Map(ids.map((id) => [eventKey(tenant, id).PK, id]));
      const keys = ids.map((id) => asItem(eventKey(tenant, id)));
      const items = await batchGet({ client, tableName, keys, surroundings });
      return new Map(
        items.filter(isKept).flatMap((item): [EventId, string][] => {
          const id = byPartition.get(text(item, KEY_ATTRIBUTES.partition));
          return id === undefined ? [] : [[id, readEventItem(item).json]];
        }),
      );
    },

    async fanOutPosition(tenant, shard) {
      const item = await read(asItem(fanOutKey(tenant, shard)));
      // One without an epoch was written before positions had one, and says nothing of this history.
      if (item?.['epoch'] === undefined) return EMPTY_HEAD;
      const since = item['splitsince']?.N;
      if (since === undefined) return toCursor(item, 'delivered');
      const split = { since: asSequence(Number(since)), at: Number(item['splitat']?.N) };
      return { ...toCursor(item, 'delivered'), split };
    },

    async moveFanOutPosition(tenant, { epoch, sequence, split }, shard) {
      await client
        .send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: asItem(fanOutKey(tenant, shard)),
            UpdateExpression: `SET delivered = :position, epoch = :epoch${split === undefined ? ' REMOVE splitsince, splitat' : ', splitsince = :since, splitat = :at'}`,
            ConditionExpression: CONDITIONS.positionMovesForward,
            ExpressionAttributeValues: {
              ':position': { N: String(sequence) },
              ':epoch': { S: epoch },
              ...(split !== undefined && { ':since': { N: String(split.since) }, ':at': { N: String(split.at) } }),
            },
          }),
        )
        .catch((error: unknown) => {
          if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
        });
    },
  };
  return withGeneration(log, options.generation);
}

/** Entries of a tenant's ledger after a cursor, up to a head. */
const ledgerQuery = ({
  tenant,
  after,
  upTo,
  limit,
}: {
  readonly tenant: TenantId;
  readonly after: Sequence;
  readonly upTo: Sequence;
  readonly limit: number;
}): Omit<QueryCommandInput, 'TableName'> => ({
  ConsistentRead: true,
  KeyConditionExpression: 'PK = :ledger AND SK BETWEEN :after AND :upTo',
  ExpressionAttributeValues: {
    ':ledger': { S: ledgerPartition(tenant) },
    ':after': { S: padSequence(asSequence(after + 1)) },
    ':upTo': { S: padSequence(upTo) },
  },
  Limit: limit,
});

function toTransaction(tableName: string, commit: Commit, pack: (event: NewEvent) => Uint8Array): TransactItem[] {
  const { tenant, events, recordedAt, expiresAt, expected } = commit;
  const now = { N: String(Math.floor(recordedAt.getTime() / 1000)) };
  const condition = { ConditionExpression: CONDITIONS.idIsFree, ExpressionAttributeValues: { ':now': now } };
  const headers: LedgerHeader[] = [];
  const puts = events.map((event, index): TransactItem => {
    const { header, json } = event;
    headers.push({ ...header, bytes: Buffer.byteLength(json) + PLACE_BYTES });
    const place = { sequence: asSequence(expected.sequence + 1 + index), recordedAt, expiresAt };
    return { Put: { TableName: tableName, Item: toEventItem(tenant, header.id, pack(event), place), ...condition } };
  });
  // Headers of one batch are much alike: compressed, whoever reads many of them to find a few of its own reads a fifth.
  const ledger = {
    ...asItem(ledgerKey(tenant, headAfter(commit).sequence)),
    headers: { B: packJson(JSON.stringify(headers)) },
    [TTL_ATTRIBUTE]: { N: String(expiresAt) },
  };
  return [moveHead(tableName, commit), { Put: { TableName: tableName, Item: ledger } }, ...puts];
}

function moveHead(tableName: string, commit: Commit): TransactItem {
  const { epoch, sequence } = commit.expected;
  const isFirst = epoch === NO_EPOCH;
  return {
    Update: {
      TableName: tableName,
      Key: asItem(counterKey(commit.tenant)),
      UpdateExpression: isFirst ? 'SET head = :head, epoch = :epoch' : 'SET head = :head',
      ConditionExpression: isFirst ? CONDITIONS.isFirstCommit : CONDITIONS.headIsUnmoved,
      // Who comes too late is told where the head is now, without another request.
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ExpressionAttributeValues: {
        ':head': { N: String(headAfter(commit).sequence) },
        ':epoch': { S: isFirst ? commit.newEpoch : epoch },
        ...(!isFirst && { ':expected': { N: String(sequence) } }),
      },
    },
  };
}

const headAfter = ({ expected, events, newEpoch }: Commit): Head => ({
  epoch: expected.epoch === NO_EPOCH ? newEpoch : expected.epoch,
  sequence: asSequence(expected.sequence + events.length),
});

type Conflict =
  | Exclude<CommitOutcome, { kind: 'committed' | 'head-moved' }>
  | { readonly kind: 'head-moved'; readonly counter: Item | undefined };

/** Why a commit wrote nothing; `undefined` if that is no conflict. */
function toConflict(error: unknown, { events }: Commit): Conflict | undefined {
  if (!(error instanceof TransactionCanceledException)) {
    const isBusy = error instanceof Error && CONTENTION_ERRORS.includes(error.name);
    return isBusy ? { kind: 'contended' } : undefined;
  }
  const reasons = error.CancellationReasons ?? [];
  if (hasFailed(reasons[0])) return { kind: 'head-moved', counter: reasons[0]?.Item };
  const ids = events
    .filter((_, index) => hasFailed(reasons[index + ITEMS_BEFORE_EVENTS]))
    .map(({ header }) => header.id);
  if (ids.length > 0) return { kind: 'duplicates', ids: new Set(ids) };
  return reasons.some(({ Code = '' }) => CONTENTION.includes(Code)) ? { kind: 'contended' } : undefined;
}

const hasFailed = (reason: CancellationReason | undefined): boolean => reason?.Code === 'ConditionalCheckFailed';

function toLedgerEvents(item: Item): LedgerEvent[] {
  const headers = JSON.parse(unpackJson(item['headers']?.B ?? new Uint8Array())) as LedgerHeader[];
  const first = Number(text(item, KEY_ATTRIBUTES.sort)) - headers.length + 1;
  return headers.map((header, index) => ({ ...header, sequence: asSequence(first + index) }));
}

const toHead = (item: Item | undefined): Head => (item === undefined ? EMPTY_HEAD : toCursor(item, 'head'));

const toCursor = (item: Item, attribute: 'head' | 'delivered'): Cursor => ({
  epoch: text(item, 'epoch'),
  sequence: asSequence(Number(item[attribute]?.N)),
});

const asItem = ({ PK, SK }: { PK: string; SK: string }): Item => ({ PK: { S: PK }, SK: { S: SK } });

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new Error(`The item ${item['PK']?.S} has no string attribute "${attribute}"`);
  return value;
}
