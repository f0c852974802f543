import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { HubFunction } from './hub-function.ts';

/** Lets a function read metrics: those of the whole account, because CloudWatch knows no resources of this action. */
export function grantReadMetrics(reader: HubFunction): void {
  // A policy of its own, so that what is acknowledged for it covers nothing else that the function may do.
  const policy = new Policy(reader, 'Metrics', { roles: [reader.role] });
  policy.addStatements(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
  acknowledgeWildcard(policy, '*', 'CloudWatch knows neither resources nor namespaces of this action.');
}
