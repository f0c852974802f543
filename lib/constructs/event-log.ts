import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Grant as Permission } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { fanOutKey } from '../../lambdas/adapters/dynamodb/keys.ts';
import { HubTable } from './hub-table.ts';

export interface EventLogProps {
  readonly removalPolicy: RemovalPolicy;
}

/** Any tenant, in the pattern of a policy. A wildcard is no tenant, but it is encoded like one. */
const ANY_TENANT = '*' as Parameters<typeof fanOutKey>[0];

/** The table of events, ledgers, counters and fan-out positions. */
export class EventLog extends Construct {
  readonly table: HubTable;

  constructor(scope: Construct, id: string, props: EventLogProps) {
    super(scope, id);
    this.table = new HubTable(this, 'Table', { removalPolicy: props.removalPolicy });
  }

  grantRead(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
  }

  /** Storing events: a transaction takes the permissions of the writes in it. Nothing stored is ever deleted. */
  grantAppend(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
  }

  /** Moving a tenant's fan-out position, in the partition of counters only: no event and no ledger can be changed. */
  grantMoveFanOut(grantee: IGrantable): Grant {
    return Permission.addToPrincipal({
      grantee,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [this.table.arn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [fanOutKey(ANY_TENANT).PK] } },
    });
  }
}
