import type { Code } from '@tidings/contracts';

const NEW_TOKEN = 'Get another token; without --token and TIDINGS_TOKEN one is got for you';
const OTHER_TOKEN = "Check that the token is for this hub's issuer and audience; without --token one is got for you";
const AGAIN = 'Try again: nothing is recorded twice';
const BEGIN_ANEW = 'Begin anew with `oldest` in place of the cursor';
const SEE_TYPES = 'See `tidings schema list` for the types that there are';

const ADVICE: Readonly<Partial<Record<Code, string>>> = {
  TOKEN_EXPIRED: NEW_TOKEN,
  TOKEN_NOT_YET_VALID: 'Check the clock of this machine, or wait',
  TENANT_CLAIM_MISSING: 'Use a token that names a tenant; the sandbox gives one with --tenant',
  TENANT_MISMATCH: "Use a token of the events' tenant, or pass --tenant to put events of the token's tenant",
  SCOPE_MISSING: 'Let the issuer grant the scope to the client, or pass a --token that has it',
  EVENT_MALFORMED: 'Mend what is named above; `tidings publish --help` shows how events are made',
  EVENT_TYPE_UNKNOWN: SEE_TYPES,
  EVENT_SOURCE_MISMATCH: '`tidings schema show TYPE` has the source of a type',
  EVENT_DATA_INVALID: '`tidings schema show TYPE` has what its data must be',
  EVENT_TOO_LARGE: 'Keep the large part elsewhere and publish a reference to it, or publish several events',
  JSON_NUMBER_REFUSED: 'Send large numbers as strings, as far as the schema allows it',
  ROUTE_NOT_FOUND: 'Check "apiUrl" of the target: it must be the base URL of a hub of this version',
  RATE_LIMITED: 'Wait a few seconds, and try again',
  EPOCH_MISMATCH: `The log is another than the cursor's. ${BEGIN_ANEW}`,
  HISTORY_CUT: BEGIN_ANEW,
  CURSOR_INVALID: BEGIN_ANEW,
  ACK_BEYOND_HEAD: '`tidings subscriptions pull` shows how far its events go',
  SUBSCRIPTION_NOT_FOUND: 'See `tidings subscriptions list` for those that there are',
  SUBSCRIPTION_EXISTS: 'Choose another name, or `tidings subscriptions delete` the other first',
  SUBSCRIPTION_PAUSED: '`tidings subscriptions resume` lets it deliver again; nothing is lost meanwhile',
  BUS_UNAVAILABLE: AGAIN,
  ISSUER_UNAVAILABLE: AGAIN,
  INTERNAL_ERROR: `${AGAIN}. If it stays, the hub's log has the reason`,
};

/** What the user of the command can do about a code; nothing where the problem says it all. */
export function adviceFor(code: string): string | undefined {
  if (Object.hasOwn(ADVICE, code)) return ADVICE[code as Code];
  return code.startsWith('TOKEN_') ? OTHER_TOKEN : undefined;
}
