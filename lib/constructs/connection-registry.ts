import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { connectionPartition, tenantSlotsKey } from '../../lambdas/adapters/dynamodb/keys.ts';
import type { HubKey } from './hub-key.ts';
import { HubTable } from './hub-table.ts';

export interface ConnectionRegistryProps {
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** Any tenant, in the pattern of a policy. A wildcard is no tenant, but it is encoded like one. */
const ANY_TENANT = '*' as Parameters<typeof connectionPartition>[0];

/** The table of open sockets. */
export class ConnectionRegistry extends Construct {
  readonly table: HubTable;

  constructor(scope: Construct, id: string, props: ConnectionRegistryProps) {
    super(scope, id);
    this.table = new HubTable(this, 'Table', props);
  }

  /** What a fan-out does: list a tenant's sockets, mark one behind, remove one that has gone. */
  grantServe(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  }

  /** Counting a tenant's sockets. */
  grantCount(grantee: IGrantable): void {
    this.table.grantPartitions(connectionPartition(ANY_TENANT), grantee, 'dynamodb:Query');
    this.table.grantPartitions(tenantSlotsKey(ANY_TENANT).PK, grantee, 'dynamodb:GetItem');
  }

  /** What a socket does with its own row: an update makes it where there is none. */
  grantRegister(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  }
}
