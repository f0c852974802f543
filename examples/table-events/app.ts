import { App } from 'aws-cdk-lib';
import { AccountsStack } from './accounts-stack.ts';

const app = new App();
new AccountsStack(app, 'accounts', { hub: { environment: app.node.tryGetContext('hub') ?? 'dev' } });
