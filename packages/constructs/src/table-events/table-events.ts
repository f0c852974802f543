import type { EventTypeName } from '@tidings/client';
import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConstructError } from '../construct-error.ts';
import { functionFolder } from '../function-folder.ts';
import type { HubReference } from '../hub.ts';
import { TidingsProducer } from '../tidings-producer.ts';
import type { DataFrom, TableEntity } from './mapping-types.ts';
import { readMapping } from './read-props.ts';
import {
  type ItemAction,
  type ItemCondition,
  MAPPING_VARIABLE,
  PARKING_QUEUE_VARIABLE,
  type ValueFrom,
} from './table-mapping.ts';

/**
 * A table, of this stack or from elsewhere. The classes are named beside the interface, because with TypeScript's
 * `exactOptionalPropertyTypes` the CDK's own classes do not keep to it.
 */
export type AnyTable = ITable | Table | TableV2;

export interface TableEventsProps<Entity extends TableEntity> {
  /** The hub, in this account and region or in others. */
  readonly hub: HubReference;
  /** The table. It has a stream of `NEW_AND_OLD_IMAGES`. */
  readonly table: AnyTable;
  /** What its items are, with the version of the types, such as `bank.account@v1`. */
  readonly entity: Entity;
  /**
   * Which changes become events.
   * @default all three
   */
  readonly changes?: readonly ItemAction[];
  /**
   * Which items the events are about: attribute → what it must be, all of them. An item that becomes one of these is created,
   * one that ceases to be is deleted.
   * @default all items of the table
   */
  readonly where?: Readonly<Record<string, ItemCondition>>;
  /** The tenant whose item it is. */
  readonly tenant: ValueFrom;
  /** The id of what the item is about: the subject of events is `account/<this>`. */
  readonly subject: ValueFrom;
  /**
   * Who of the tenant may see the events. What is named here has to be there in every item: an item without it is parked.
   * @default everybody of the tenant
   */
  readonly audience?: {
    readonly organizations?: ValueFrom;
    readonly users?: ValueFrom;
    readonly roles?: ValueFrom;
  };
  /**
   * Who wrote the item, for creations and updates.
   * @default events name no actor
   */
  readonly actor?: ValueFrom;
  /**
   * When the item was written, as RFC 3339, for creations and updates.
   * @default when the stream got the change, to the second
   */
  readonly time?: ValueFrom;
  /**
   * The W3C trace that the item was written in. One that an update has left as it was does not count.
   * @default none
   */
  readonly traceparent?: ValueFrom;
  /** @default none */
  readonly tracestate?: ValueFrom;
  /**
   * The `correlationid` of creations and updates.
   * @default none
   */
  readonly correlation?: ValueFrom;
  /**
   * What a deletion takes from the item as it was last. The stream does not say who deletes, so write it into the item before.
   * What DynamoDB deletes by time to live has the actor `dynamodb.amazonaws.com`.
   * @default deletions name no actor and no trace
   */
  readonly deletion?: { readonly actor?: ValueFrom; readonly traceparent?: ValueFrom };
  /** What of the item is the event's data: of a deletion, as it was last. */
  readonly data: DataFrom<Entity>;
  /**
   * Which updates count: those that make the event's data or audience different, or all.
   * @default different
   */
  readonly updates?: 'different' | 'all';
  /**
   * Whether an item that DynamoDB deletes by time to live counts as deleted.
   * @default deleted
   */
  readonly expiries?: 'deleted' | 'ignored';
  /**
   * Takes the changes of which no event can be made. It is a standard queue: Lambda sends to no other.
   * @default a new queue that keeps them for 14 days
   */
  readonly parkingQueue?: IQueue;
  readonly stream?: StreamReading;
}

/** How the stream is read. */
export interface StreamReading {
  /**
   * Whether to begin with what the stream still has, up to a day of it, or with what comes after the deployment, give or take
   * a few minutes.
   * @default oldest
   */
  readonly from?: 'oldest' | 'newest';
  /**
   * Changes that the function gets at a time, 1 to 1,000.
   * @default 100
   */
  readonly batchSize?: number;
  /**
   * Batches of a shard at a time, 1 to 10. Changes of an item stay in their order.
   * @default 1
   */
  readonly parallelization?: number;
}

/** Source: Lambda developer guide, "Lambda quotas": all environment variables together; what is left is for the others. */
const MOST_MAPPING_BYTES = 3 * 1024;

/** The stream keeps changes for 24 hours. While there is time left, what is given up on can still be read there. */
const MAX_RECORD_AGE = Duration.hours(23);

/**
 * Turns the changes of a table into events of an entity: `created`, `updated` and `deleted`, on the bus of its module. A
 * change has the same event id however often the stream repeats it, so it is in the log once.
 *
 * @example
 * ```ts
 * new TableEvents(this, 'AccountEvents', {
 *   hub: { environment: 'prod' },
 *   table,
 *   entity: 'bank.account@v1',
 *   tenant: 'tenantId',
 *   subject: 'accountId',
 *   actor: 'updatedBy',
 *   traceparent: 'traceparent',
 *   data: ['accountId', 'accountNumber', 'name', 'kind', 'currency', 'status', 'holderIds', 'creditLimit', 'openedOn'],
 * });
 * ```
 */
export class TableEvents<const Entity extends TableEntity> extends Construct implements IGrantable {
  readonly function: Lambda;
  /**
   * Changes of which no event could be made, with the reason in the attributes `code` and `reason`. The body is what the
   * function can be invoked with once the reason is gone.
   */
  readonly parkingQueue: IQueue;
  readonly grantPrincipal: IPrincipal;

  /** @throws ConstructError TABLE_EVENTS_INVALID or HUB_INVALID */
  constructor(scope: Construct, id: string, props: TableEventsProps<Entity>) {
    super(scope, id);
    const { table, stream = {} } = props;
    this.#checkStream(table);
    this.#checkRange('stream.batchSize', stream.batchSize, 1000);
    this.#checkRange('stream.parallelization', stream.parallelization, 10);
    if (props.parkingQueue?.fifo === true) this.#refuse('parkingQueue to be a standard queue', 'a FIFO queue');
    const { mapping, types } = readMapping(props as Parameters<typeof readMapping>[0], this.node.path);
    const bytes = Buffer.byteLength(JSON.stringify(mapping));
    if (bytes > MOST_MAPPING_BYTES) {
      this.#refuse(
        `the mapping to have at most ${MOST_MAPPING_BYTES} bytes as JSON`,
        `${bytes}. Map fewer properties, or name them as the attributes are`,
      );
    }
    this.parkingQueue =
      props.parkingQueue ??
      new Queue(this, 'Parked', {
        // The longest that SQS offers: people need time to look.
        retentionPeriod: Duration.days(14),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
      });
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.THREE_MONTHS });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.grantPrincipal = role;
    this.function = new Lambda(this, 'Function', {
      description: `Publishes changes of ${props.entity} as events of the hub ${props.hub.environment}`,
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(functionFolder('table-events')),
      role,
      memorySize: 512,
      timeout: Duration.minutes(1),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        [MAPPING_VARIABLE]: Stack.of(this).toJsonString(mapping),
        [PARKING_QUEUE_VARIABLE]: this.parkingQueue.queueUrl,
      },
    });
    this.parkingQueue.grantSendMessages(role);
    const producer = new TidingsProducer(this, 'Producer', { hub: props.hub, types: types as EventTypeName[] });
    producer.connect(this.function);
    this.function.addEventSource(
      new DynamoEventSource(table as ITable, {
        startingPosition: stream.from === 'newest' ? StartingPosition.LATEST : StartingPosition.TRIM_HORIZON,
        batchSize: stream.batchSize ?? 100,
        parallelizationFactor: stream.parallelization ?? 1,
        reportBatchItemFailures: true,
        // Should a change bring the function down, those beside it get through.
        bisectBatchOnError: true,
        // Until the bus is there again, as long as the stream still has it; then the queue says where in the stream it is.
        maxRecordAge: MAX_RECORD_AGE,
        onFailure: new SqsDlq(this.parkingQueue),
      }),
    );
  }

  /** Changes that were put aside and wait in {@link parkingQueue}: the most within each five minutes. */
  metricParked(): Metric {
    return this.parkingQueue.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    });
  }

  /**
   * How far the events are behind the table, in milliseconds: the most within each five minutes. The stream keeps a day.
   * Source: Lambda developer guide, "Types of metrics for Lambda functions", IteratorAge.
   */
  metricLag(): Metric {
    return this.function.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(5) });
  }

  #checkStream(table: AnyTable): void {
    if (table?.tableStreamArn === undefined) {
      this.#refuse(
        'a table with a stream of NEW_AND_OLD_IMAGES',
        'none. Set its stream or dynamoStream; for an imported table, give tableStreamArn',
      );
    }
    const { streamSpecification } = (table.node.defaultChild ?? {}) as {
      readonly streamSpecification?: { readonly streamViewType?: string };
    };
    const view = streamSpecification?.streamViewType;
    if (view !== undefined && !Token.isUnresolved(view) && view !== 'NEW_AND_OLD_IMAGES') {
      this.#refuse('a table with a stream of NEW_AND_OLD_IMAGES', `one of ${view}`);
    }
  }

  #checkRange(name: string, value: number | undefined, most: number): void {
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return;
    this.#refuse(`${name} to be a whole number, 1 to ${most}`, String(value));
  }

  #refuse(expected: string, found: string): never {
    throw new ConstructError('TABLE_EVENTS_INVALID', `${this.node.path}: expected ${expected}, found ${found}`);
  }
}
