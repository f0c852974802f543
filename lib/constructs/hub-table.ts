import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KEY_ATTRIBUTES, TTL_ATTRIBUTE } from '../../lambdas/adapters/dynamodb/keys.ts';
import type { HubKey } from './hub-key.ts';

export interface HubTableProps {
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  /** A table that is retained is protected against deletion as well. */
  readonly removalPolicy: RemovalPolicy;
}

/** Actions that write nothing. */
const READS: readonly string[] = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan'];

/** A table with the hub's keys: on demand, encrypted, recoverable to any second, and forgetting what has expired. */
export class HubTable extends Construct {
  readonly #table: Table;
  readonly #key: HubKey | undefined;

  constructor(scope: Construct, id: string, props: HubTableProps) {
    super(scope, id);
    this.#key = props.key;
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: KEY_ATTRIBUTES.partition, type: AttributeType.STRING },
      sortKey: { name: KEY_ATTRIBUTES.sort, type: AttributeType.STRING },
      timeToLiveAttribute: TTL_ATTRIBUTE,
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(props.key === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.key.key }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy: props.removalPolicy,
    });
  }

  get name(): string {
    return this.#table.tableName;
  }

  get arn(): string {
    return this.#table.tableArn;
  }

  /** Exactly these actions on this table; there are no indexes. */
  grant(grantee: IGrantable, ...actions: readonly string[]): Grant {
    this.#grantKey(grantee, actions);
    return Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [this.arn] });
  }

  /** Exactly these actions, in the partitions whose keys have this pattern. */
  grantPartitions(pattern: string, grantee: IGrantable, ...actions: readonly string[]): Grant {
    this.#grantKey(grantee, actions);
    return Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [this.arn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pattern] } },
    });
  }

  #grantKey(grantee: IGrantable, actions: readonly string[]): void {
    const reads = actions.every((action) => READS.includes(action));
    this.#key?.grantTables(grantee, reads ? 'read' : 'write');
  }
}
