import type { Stack } from '@aws-sdk/client-cloudformation';
import { Refused } from '../target-from-stack-options.ts';

/** How a stack stands to a deployment. Source: CloudFormation user guide, "Stack status codes". */
export type Standing = 'new' | 'deployed' | 'half-deployed';

/** A creation that came to nothing: the CDK deletes what is left of it, and creates it again. */
const NEVER_CREATED = [
  'REVIEW_IN_PROGRESS',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'CREATE_FAILED',
  'DELETE_COMPLETE',
];

/** What a stack is that has what its template says. An update that was rolled back has left the one before. */
export const SETTLED: readonly string[] = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/**
 * Whether a stack can be deployed to.
 * @param goesOn whether a deployment may go on where one has failed and was not rolled back
 * @throws Refused that says what to do first
 */
export function standingOf(stack: Stack | undefined, environment: string, goesOn = false): Standing {
  if (stack === undefined) return 'new';
  const { StackName: name = '', StackStatus: status = '', EnableTerminationProtection: isProtected = false } = stack;
  if (SETTLED.includes(status)) return 'deployed';
  if (status === 'UPDATE_FAILED' && goesOn) return 'half-deployed';
  const refuse = (advice: string): never => {
    throw new Refused(`${name}: expected a stack that can be updated, found ${status}. ${advice}`);
  };
  if (NEVER_CREATED.includes(status)) {
    if (!isProtected || status === 'REVIEW_IN_PROGRESS') return 'new';
    return refuse(
      'Its first deployment failed, and termination protection keeps what is left of it. Nothing was served from it. ' +
        `Switch the protection off (aws cloudformation update-termination-protection --stack-name ${name} ` +
        '--no-enable-termination-protection), delete the stack, look at tables and queues that were kept, and deploy again.',
    );
  }
  if (status === 'UPDATE_FAILED') {
    return refuse(
      `An update failed, and was not rolled back. Remove the cause that its events name, then deploy with --no-rollback ` +
        `to go on, or run npx cdk rollback ${name} -c environment=${environment} to go back.`,
    );
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return refuse(
      `An update failed, and so did going back. Remove the cause that its events name, run npx cdk rollback ${name} ` +
        `-c environment=${environment}, then deploy again.`,
    );
  }
  if (status.startsWith('DELETE_')) {
    return refuse('It is being deleted, or could not be deleted entirely. Finish that, then deploy again.');
  }
  return refuse('Another deployment is under way. Wait until it has ended, then run the same command again.');
}
