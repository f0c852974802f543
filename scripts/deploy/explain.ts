import { Refused } from '../target-from-stack-options.ts';

/** How the SDK and the CDK say what is wrong with whoever deploys, and what to do about it. */
const ADVICE: readonly (readonly [sign: RegExp, advice: string])[] = [
  [
    /CredentialsProviderError|Could not load credentials|Unable to resolve AWS account|no credentials have been configured/i,
    'There are no AWS credentials. Set AWS_PROFILE, or log in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /Region is missing|ConfigError.*region|Missing region/i,
    'There is no region. Set AWS_REGION, or write account and region of the environment into lib/environments.ts.',
  ],
  [/ExpiredToken|token.* (?:has|is) expired|session has expired/i, 'The AWS credentials have ended. Log in again.'],
  [
    /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|AuthFailure/i,
    'AWS does not know these credentials. Look at AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /has the environment been bootstrapped|cdk-bootstrap\/\S+\/version.* not found|requires bootstrap stack version|NoSuchBucket/i,
    'The account is not bootstrapped in this region, or by too old a CDK. Once: npx cdk bootstrap aws://ACCOUNT/REGION -c environment=ENVIRONMENT',
  ],
  [
    /(?<!e\.g\. )AccessDenied|not authorized to perform|is not authorized|could not assume role/i,
    'These credentials may not do that. A deployer needs sts:AssumeRole on the roles cdk-*-role-ACCOUNT-REGION that the bootstrap made, and nothing else.',
  ],
  [
    /Failed deleting stack|The stack named \S+ is in a failed state/,
    'What is left of its first deployment is in the way. Nothing was served from it. Delete it (aws cloudformation ' +
      'delete-stack --stack-name tidings-ENVIRONMENT), then run the same command again.',
  ],
  [
    /LimitExceeded|quota|Too ?Many|ServiceLimit/i,
    'A quota of the account is reached: the line above names it. Raise it in Service Quotas, then run the same command again.',
  ],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/,
    'The endpoint does not answer. Look at AWS_ENDPOINT_URL and the network.',
  ],
];

/** Where something failed. What is not known stays a word in capitals. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
  readonly environment?: string;
}

/** What to do about a failure that a process has printed; nothing if that is not known. */
export function adviceFor(text: string, place: Place = {}): string | undefined {
  const advice = ADVICE.find(([sign]) => sign.test(text))?.[1];
  const names = Object.entries(place) as readonly (readonly [string, string])[];
  return names.reduce((known, [name, value]) => known?.replaceAll(name.toUpperCase(), value), advice);
}

/** Makes of an error of the SDK one that says what to do, without a stack trace if that is known. */
export function explainCredentials(cause: unknown): unknown {
  if (cause instanceof Refused) return cause;
  const said = saidBy(cause);
  const advice = adviceFor(said);
  return advice === undefined ? cause : new Refused(`${advice}\n(${said})`, { cause });
}

/** Node.js puts the reasons of a failed connection, one for each address, into an error without a message. */
function saidBy(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(saidBy).join('; ');
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
