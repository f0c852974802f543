import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { counterKey, fanOutPartition, subscriptionPartition } from '../../lambdas/adapters/dynamodb/keys.ts';
import type { HubKey } from './hub-key.ts';
import { HubTable } from './hub-table.ts';

export interface EventLogProps {
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** Any tenant, in the pattern of a policy. A wildcard is no tenant, but it is encoded like one. */
const ANY_TENANT = '*' as Parameters<typeof fanOutPartition>[0];

/** The table of events, ledgers, counters, fan-out positions and durable subscriptions. */
export class EventLog extends Construct {
  readonly table: HubTable;

  constructor(scope: Construct, id: string, props: EventLogProps) {
    super(scope, id);
    this.table = new HubTable(this, 'Table', props);
  }

  grantRead(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
  }

  /** Reading where tenants' logs end and how far the fan-out is: places only, no event and no ledger. */
  grantReadPlaces(grantee: IGrantable): void {
    for (const partition of [counterKey(ANY_TENANT).PK, fanOutPartition(ANY_TENANT)]) {
      this.table.grantPartitions(partition, grantee, 'dynamodb:GetItem');
    }
  }

  /** Storing events: a transaction takes the permissions of the writes in it. Nothing stored is ever deleted. */
  grantAppend(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
  }

  /** Moving the fan-out positions of a tenant and of its shards, and no more: no event and no ledger can be changed. */
  grantMoveFanOut(grantee: IGrantable): Grant {
    return this.table.grantPartitions(fanOutPartition(ANY_TENANT), grantee, 'dynamodb:UpdateItem');
  }

  /** Acknowledging: moving a subscription's cursor, and nothing else of the log. */
  grantAcknowledge(grantee: IGrantable): Grant {
    return this.table.grantPartitions(subscriptionPartition(ANY_TENANT), grantee, 'dynamodb:UpdateItem');
  }

  /** Creating, changing and deleting durable subscriptions, and nothing else of the log. */
  grantManageSubscriptions(grantee: IGrantable): Grant {
    return this.table.grantPartitions(
      subscriptionPartition(ANY_TENANT),
      grantee,
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
  }
}
