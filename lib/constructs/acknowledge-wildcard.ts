import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Says why a policy names this resource with a wildcard, so that cdk-nag accepts exactly this one and no other.
 *
 * @param arn as given to the policy; may contain tokens
 */
export function acknowledgeWildcard(scope: Construct, arn: string, reason: string): void {
  const finding = flatten(Stack.of(scope).resolve(arn));
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
}

/** The text by which cdk-nag knows a value: what CloudFormation fills in later stands between angle brackets. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = []] = Object.entries(value ?? {});
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::Sub' && typeof argument === 'string') return argument.replaceAll(/\$\{([^}]+)\}/g, '<$1>');
  if (name === 'Fn::GetAtt') return `<${argument.join('.')}>`;
  if (name === 'Fn::Join') return argument[1].map(flatten).join(argument[0]);
  throw new Error(`cannot flatten ${JSON.stringify(value)}, expected a string, Ref, Fn::Sub, Fn::GetAtt or Fn::Join`);
}
