import { describe, expect, it } from 'vitest';
import { Refused } from '../target-from-stack-options.ts';
import { adviceFor, explainCredentials } from './explain.ts';

/** What the SDK and the CDK say, word for word, and a part of the advice. */
const SAID: readonly (readonly [said: string, advice: string])[] = [
  ['CredentialsProviderError: Could not load credentials from any providers', 'There are no AWS credentials'],
  ['Unable to resolve AWS account to use. It must be either configured', 'There are no AWS credentials'],
  ['ExpiredToken: The security token included in the request is expired', 'Log in again'],
  ['InvalidClientTokenId: The security token included in the request is invalid.', 'does not know these credentials'],
  ['Region is missing', 'Set AWS_REGION'],
  [
    'SSM parameter /cdk-bootstrap/hnb659fds/version not found in aws://1/eu-north-1. Has the environment been bootstrapped?',
    'npx cdk bootstrap',
  ],
  ['requires bootstrap stack version 30, but found 6', 'npx cdk bootstrap'],
  ['User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole', 'sts:AssumeRole'],
  ['Resource handler returned message: "LimitExceededException"', 'Service Quotas'],
  ['Failed deleting stack tidings-dev that had previously failed creation', 'delete-stack'],
  ['connect ECONNREFUSED 127.0.0.1:4566', 'AWS_ENDPOINT_URL'],
];

describe('a failure', () => {
  it.each(SAID)('is explained: %s', (said, advice) => {
    expect(adviceFor(`before\n${said}\nafter`)).toContain(advice);
  });

  it('is explained for the place where it happened', () => {
    const advice = adviceFor('Has the environment been bootstrapped?', {
      account: '123456789012',
      region: 'eu-north-1',
      environment: 'dev',
    });
    expect(advice).toContain('npx cdk bootstrap aws://123456789012/eu-north-1 -c environment=dev');
  });

  it('that is not known is not explained', () => {
    expect(adviceFor('CREATE_FAILED | AWS::Lambda::Function | Internal failure')).toBeUndefined();
    // What the CDK adds to any failure.
    expect(adviceFor('check for additional control-plane errors (e.g. AccessDenied).')).toBeUndefined();
  });

  it('of the SDK becomes a refusal that quotes it, and stays what it is if it is not known', () => {
    const cause = new AggregateError([new Error('connect ECONNREFUSED ::1:4566')]);
    expect(explainCredentials(cause)).toBeInstanceOf(Refused);
    expect((explainCredentials(cause) as Error).message).toContain('(Error: connect ECONNREFUSED ::1:4566)');
    const other = new Error('something else');
    expect(explainCredentials(other)).toBe(other);
  });
});
