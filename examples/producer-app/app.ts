import type { HubReference } from '@tidings/constructs';
import { App } from 'aws-cdk-lib';
import { ForwardingStack } from './stacks/forwarding-stack.ts';
import { LettersStack } from './stacks/letters-stack.ts';
import { PaymentsStack } from './stacks/payments-stack.ts';

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name);

const environment = context('hub') ?? 'dev';
const account = context('hubAccount');
const region = context('hubRegion');
if ((account === undefined) !== (region === undefined)) {
  throw new Error('Expected hubAccount and hubRegion, or neither for a hub in the account and region of these stacks');
}
const isElsewhere = account !== undefined && region !== undefined;
const hub: HubReference = isElsewhere ? { environment, account, region } : { environment };

new PaymentsStack(app, 'payments', { hub });
const letters = new LettersStack(app, 'letters', { hub, isHubElsewhere: isElsewhere });

// The hub's team deploys this one, with the ARN that the stack `letters` has as its output.
const inboxArn = context('inboxArn');
if (isElsewhere && inboxArn !== undefined) {
  new ForwardingStack(app, 'forwarding', { env: { account, region }, environment, inboxArn, pattern: letters.pattern });
}
