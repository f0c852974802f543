import { TidingsRule } from '@tidings/constructs';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';

export interface ForwardingStackProps extends StackProps {
  /** Name of the hub's environment. */
  readonly environment: string;
  /** The bus in the account of those who get the events. */
  readonly inboxArn: string;
  /** Which events they get. */
  readonly pattern: 'bank.transaction:created@v1';
}

/** The hub's side of a consumer in another account. It is deployed in the hub's account, by the hub's team. */
export class ForwardingStack extends Stack {
  constructor(scope: Construct, id: string, { environment, inboxArn, pattern, ...props }: ForwardingStackProps) {
    super(scope, id, props);
    const inbox = EventBus.fromEventBusArn(this, 'Inbox', inboxArn);
    new TidingsRule(this, 'ToLetters', { hub: { environment }, pattern, targets: [new BusTarget(inbox)] });
  }
}
