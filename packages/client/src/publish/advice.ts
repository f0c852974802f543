import type { PublishErrorCode } from './publish-error.ts';

const MEND = 'Mend what "errors" names, then publish the event again';
const AGAIN = 'Publish it again under the same id, which never records it twice';
const CHECK_TOKEN = 'Check that the issuer, the audience and the scopes of the token are those that the hub trusts';

const ADVICE: Readonly<Partial<Record<PublishErrorCode, string>>> = {
  EVENT_MALFORMED: MEND,
  EVENT_DATA_INVALID: MEND,
  JSON_TOO_DEEP: MEND,
  JSON_KEY_REFUSED: MEND,
  JSON_NUMBER_REFUSED: 'Send large numbers as strings, as far as the schema allows it',
  EVENT_TYPE_UNKNOWN: 'Check the name. If the type is new, install a version of @tidings/client that knows it',
  EVENT_SOURCE_MISMATCH: 'Leave "source" out: it follows from the type',
  EVENT_TOO_LARGE: 'Keep the large part elsewhere and publish a reference to it, or publish several events',
  SCOPE_MISSING:
    "Let the issuer grant this client the scope that is named like the event's module, and leave `credentials.scope` out or name that scope in it",
  TENANT_MISMATCH: "Use credentials for the event's tenant, or publish events of the token's tenant only",
  TOKEN_EXPIRED: 'Check the clock of this machine, and that `token` gives a token that is still good',
  TOKEN_NOT_YET_VALID: 'Check the clock of this machine',
  TOKEN_MISSING: 'Check that nothing on the way, such as a proxy, takes off the Authorization header',
  RATE_LIMITED: `Publish less at once, or wait. ${AGAIN}`,
  BUS_UNAVAILABLE: AGAIN,
  HUB_UNAVAILABLE: AGAIN,
  INTERNAL_ERROR: AGAIN,
  ISSUER_UNAVAILABLE: AGAIN,
  ANSWER_INVALID: `Check that "apiUrl" is that of a Tidings hub. ${AGAIN}`,
  NETWORK_FAILED: `Check "apiUrl" and the network. ${AGAIN}`,
  TIMED_OUT: `Give the call more time by "timing.budget", or publish fewer events at once. ${AGAIN}`,
  ABORTED: AGAIN,
  REQUEST_REFUSED: 'Check that "apiUrl" is the base URL of the hub\'s HTTP API, and what stands between',
  ROUTE_NOT_FOUND: 'Check that "apiUrl" is the base URL of the hub\'s HTTP API',
  CREDENTIALS_MISSING: 'Pass `credentials` with `clientId`, `clientSecret` and `issuer` or `tokenUrl`; or pass `token`',
  RANDOM_UNAVAILABLE: 'Give the event an "id" of your own, or serve the page over HTTPS',
  BUS_UNKNOWN: 'Name a bus for every module in `buses` or in TIDINGS_BUSES, or pass `{ environment }`',
  BUS_REFUSED: 'Check the name of the bus, and that this role may do events:PutEvents on it',
  AWS_SDK_MISSING: 'Run: npm install @aws-sdk/client-eventbridge',
  OPTIONS_INVALID: 'Mend the option that is named',
};

const ISSUER_ADVICE: Readonly<Record<string, string>> = {
  invalid_client: 'Check `clientId` and `clientSecret`, and that the issuer knows the client',
  invalid_scope:
    "Let the issuer grant this client the scopes that are named like the events' modules, or name the granted ones in `credentials.scope`",
  unauthorized_client: 'Let the issuer allow this client the grant "client_credentials"',
  unsupported_grant_type: 'Use an issuer that supports the grant "client_credentials"',
  invalid_request: 'Check what the issuer asks for besides, such as `credentials.audience`',
  invalid_target: 'Check `credentials.audience`',
};

/** What to do about a code. */
export function adviceFor(code: PublishErrorCode, oauthError?: string): string {
  if (code === 'TOKEN_FAILED') {
    const known = oauthError !== undefined && Object.hasOwn(ISSUER_ADVICE, oauthError);
    return (known && ISSUER_ADVICE[oauthError]) || 'Check that the token endpoint is right and can be reached';
  }
  if (Object.hasOwn(ADVICE, code)) return ADVICE[code] ?? MEND;
  return code.startsWith('TOKEN_') || code === 'UNAUTHENTICATED' ? CHECK_TOKEN : 'See "detail" for what was wrong';
}
