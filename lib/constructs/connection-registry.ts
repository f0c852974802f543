import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { HubKey } from './hub-key.ts';
import { HubTable } from './hub-table.ts';

export interface ConnectionRegistryProps {
  /** @default keys of AWS */
  readonly key?: HubKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

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

  /** What a socket does with its own row: an update makes it where there is none. */
  grantRegister(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  }
}
