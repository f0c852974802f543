import type { DynamoDb } from './dynamodb.ts';
import { isObject } from './http.ts';
import { AwsError } from './sandbox-error.ts';

/** A change of an item, as DynamoDB Streams and Lambda tell of it. */
export interface StreamRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  /** As a function gets it, but for the ARN of the stream. */
  readonly content: Readonly<Record<string, unknown>>;
}

interface Shard {
  readonly id: string;
  iterator: string | undefined;
  /** Everything up to this one was read. */
  last: string | undefined;
  /** Whether no more will ever come of it. */
  isOver: boolean;
}

/** Streams get new shards in the course of hours. */
const SHARDS_MILLISECONDS = 5000;

/** Reads the stream of a table from the engine, each shard in its order, and a shard before those that follow it. */
export class StreamReader {
  readonly #dynamoDb: DynamoDb;
  readonly #streamArn: string;
  readonly #startsAtEnd: boolean;
  readonly #shards = new Map<string, Shard>();
  #listedAt = 0;

  constructor(dynamoDb: DynamoDb, streamArn: string, { startsAtEnd }: { readonly startsAtEnd: boolean }) {
    this.#dynamoDb = dynamoDb;
    this.#streamArn = streamArn;
    this.#startsAtEnd = startsAtEnd;
  }

  /** The next records, all of one shard; none if nothing is new. @throws AwsError */
  async read(limit: number): Promise<readonly StreamRecord[]> {
    if (Date.now() - this.#listedAt > SHARDS_MILLISECONDS) await this.#list();
    for (const shard of this.#shards.values()) {
      if (shard.isOver) continue;
      const records = await this.#readShard(shard, limit);
      if (records.length > 0) return records;
    }
    return [];
  }

  async #list(): Promise<void> {
    const { StreamDescription } = await this.#dynamoDb.readStream('DescribeStream', { StreamArn: this.#streamArn });
    const shards = isObject(StreamDescription) ? StreamDescription['Shards'] : undefined;
    const isFirst = this.#listedAt === 0;
    for (const { ShardId } of Array.isArray(shards) ? shards.filter(isObject) : []) {
      const id = String(ShardId);
      if (this.#shards.has(id)) continue;
      const shard: Shard = { id, iterator: undefined, last: undefined, isOver: false };
      // Taken at once: what is written from now on is not skipped.
      if (isFirst && this.#startsAtEnd) shard.iterator = await this.#iterator(shard, 'LATEST');
      this.#shards.set(id, shard);
    }
    // A table that was never written to has no shard yet with one of the engines.
    this.#listedAt = this.#shards.size === 0 ? 1 : Date.now();
  }

  async #readShard(shard: Shard, Limit: number): Promise<readonly StreamRecord[]> {
    shard.iterator ??= await this.#iterator(shard, shard.last === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER');
    const ShardIterator = shard.iterator;
    // Iterators expire. Whatever happens, the next read begins after the last record.
    shard.iterator = undefined;
    const { Records, NextShardIterator } = await this.#dynamoDb.readStream('GetRecords', { ShardIterator, Limit });
    const records = (Array.isArray(Records) ? Records.filter(isObject) : []).map((record) =>
      toRecord(record, shard.id),
    );
    shard.last = records.at(-1)?.sequenceNumber ?? shard.last;
    if (typeof NextShardIterator === 'string') shard.iterator = NextShardIterator;
    else shard.isOver = true;
    return records;
  }

  async #iterator(shard: Shard, ShardIteratorType: string): Promise<string> {
    const { ShardIterator } = await this.#dynamoDb.readStream('GetShardIterator', {
      StreamArn: this.#streamArn,
      ShardId: shard.id,
      ShardIteratorType,
      ...(ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' && { SequenceNumber: shard.last }),
    });
    if (typeof ShardIterator === 'string') return ShardIterator;
    throw new AwsError('EngineRefused', 'The DynamoDB engine gave no iterator', 500);
  }
}

function toRecord(content: Readonly<Record<string, unknown>>, shardId: string): StreamRecord {
  const dynamodb = isObject(content['dynamodb']) ? content['dynamodb'] : {};
  return {
    shardId,
    sequenceNumber: String(dynamodb['SequenceNumber']),
    createdAt: Number(dynamodb['ApproximateCreationDateTime']),
    content,
  };
}
