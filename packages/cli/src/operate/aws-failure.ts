import { Failure, Unreachable } from '../failure.ts';

/** What was asked of AWS, for whoever has to permit it. */
export interface Asked {
  /** As IAM calls it: `sqs:ReceiveMessage`. */
  readonly action: string;
  /** The table, queue or API. */
  readonly resource: string;
  /** Where it was asked: the endpoint, or the region of AWS. */
  readonly place: string;
}

const DENIED = ['AccessDenied', 'AccessDeniedException', 'ForbiddenException', 'KmsAccessDenied'];
const UNKNOWN_CALLER = [
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'TokenProviderError',
  'UnrecognizedClientException',
];
const MISSING = ['ResourceNotFoundException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];
const BUSY = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ThrottlingException',
  'TooManyRequestsException',
];
const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];

/** What went wrong at AWS, as a line for the operator and what to do about it. */
export function toFailure(cause: unknown, { action, resource, place }: Asked): Failure {
  if (cause instanceof Failure) return cause;
  const { name, code } = cause as { readonly name?: unknown; readonly code?: unknown };
  const kind = typeof name === 'string' ? name : 'an unknown error';
  const message = cause instanceof Error ? cause.message : String(cause);
  const what = `${action} on ${resource}`;
  if (UNKNOWN_CALLER.includes(kind)) {
    return new Failure(`no usable AWS credentials for ${what} (${kind})`, {
      cause,
      notes: [
        'Sign in as you do for the AWS CLI, such as with `aws sso login`, and set AWS_PROFILE if it is not the default',
        '`aws sts get-caller-identity` says who you are',
      ],
    });
  }
  if (DENIED.includes(kind)) {
    return new Failure(`AWS does not permit you ${what}`, {
      cause,
      notes: [message, 'docs/repairing.md has a policy with all that these commands need'],
    });
  }
  if (MISSING.includes(kind)) {
    return new Failure(`${resource} is not there, at ${place} (${action}: ${kind})`, {
      cause,
      notes: ['Check that target, account and region belong together: `npm run target` writes the target anew'],
    });
  }
  if (kind === 'TimeoutError' || (typeof code === 'string' && NETWORK.includes(code))) {
    return new Unreachable(`nobody answers ${what} at ${place} (${typeof code === 'string' ? code : kind})`, { cause });
  }
  if (BUSY.includes(kind)) {
    return new Failure(`AWS throttles ${what}, after several tries`, {
      cause,
      notes: ['Repeat the command in a while: it goes on with what is left'],
    });
  }
  return new Failure(`${what} failed: ${kind}: ${message}`, { cause });
}
