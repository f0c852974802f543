import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import { ConfigurationError } from '../lib/configuration-error.ts';
import { selectEnvironments } from '../lib/environments.ts';
import { TidingsStack } from '../lib/tidings-stack.ts';

try {
  // Feature flags come from cdk.json even if the `cdk` command does not run this file: one template for all.
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ context });
  const option = (name: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(name);
    return value === undefined ? undefined : String(value);
  };
  const environments = selectEnvironments(
    {
      environment: option('environment'),
      issuer: option('issuer'),
      account: option('account'),
      region: option('region'),
      schemaRegistry: option('schemaRegistry'),
      watched: option('watched'),
      archiveDays: option('archiveDays'),
      console: option('console'),
    },
    { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] },
  );
  for (const environment of environments) new TidingsStack(app, `tidings-${environment.name}`, { environment });
  // The CDK's own switch for its checks of templates. Checking takes two thirds of the time and changes no template, so
  // those who synthesize to run at once may leave it to those who synthesize to deploy.
  if (process.env['CDK_VALIDATION'] !== 'false') {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
