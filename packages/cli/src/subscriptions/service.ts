import { describe, identifierProblem, type Subscription, subscriptionPath } from '@tidings/contracts';
import { ACCESS_OPTIONS, CLAIM_OPTIONS, TOKEN_OPTION } from '../access-token.ts';
import type { Arguments, Options } from '../arguments.ts';
import { formatCursor } from '../cursor-text.ts';
import { Failure, UsageError } from '../failure.ts';
import { HubApi } from '../hub-api.ts';
import { readTarget, type Target } from '../target.ts';
import { statusFor, type Terminal } from '../terminal.ts';
import { MANAGE_SCOPE, READ_SCOPE, readTokens, type Tokens } from '../tokens.ts';

/** What all commands about durable subscriptions take. */
export const SERVICE_OPTIONS = { ...CLAIM_OPTIONS, ...TOKEN_OPTION, ...ACCESS_OPTIONS } as const satisfies Options;

export const JSON_OPTION = {
  json: { type: 'boolean', summary: 'print what the hub answers, as JSON' },
} as const satisfies Options;

export type ServiceArguments = Arguments<keyof typeof SERVICE_OPTIONS>;

/** What a command about durable subscriptions works with. */
export interface Service {
  readonly target: Target;
  readonly tokens: Tokens;
  readonly api: HubApi;
  readonly onStatus: (line: string) => void;
}

/** @param stop ends what is under way */
export async function openService(
  given: ServiceArguments,
  terminal: Terminal,
  { mayManage, stop }: { readonly mayManage: boolean; readonly stop?: AbortSignal },
): Promise<Service> {
  const target = await readTarget(given.text('target'), terminal);
  const tokens = readTokens(given, terminal, target, mayManage ? `${READ_SCOPE} ${MANAGE_SCOPE}` : READ_SCOPE);
  const onStatus = statusFor(terminal);
  const api = new HubApi({ target, tokens, onTrouble: onStatus, ...(stop !== undefined && { stop }) });
  return { target, tokens, api, onStatus };
}

/**
 * The name of a subscription, the first argument.
 * @throws UsageError when there is none, or none that could be one
 */
export function readName({ positionals }: Pick<ServiceArguments, 'positionals'>, command: string): string {
  const [name] = positionals;
  if (name === undefined) throw new UsageError(`give the NAME of a subscription; see \`tidings ${command} --help\``);
  const problem = identifierProblem(name);
  if (problem !== undefined) throw new UsageError(`no subscription can have that name: ${problem}`);
  return name;
}

/** @throws Failure unless the hub has answered with a subscription */
export function asSubscription(body: Readonly<Record<string, unknown>>): Subscription {
  const { name, filter, status, cursor } = body;
  const isOne =
    typeof name === 'string' &&
    typeof status === 'string' &&
    typeof filter === 'object' &&
    filter !== null &&
    typeof cursor === 'object' &&
    cursor !== null;
  if (isOne) return body as unknown as Subscription;
  throw new Failure(`the hub answers with something that is no subscription: found ${describe(body)}`);
}

/** @throws Failure, as {@link HubApi} does */
export const showSubscription = async ({ api }: Service, name: string): Promise<Subscription> =>
  asSubscription(await api.call('GET', subscriptionPath(name)));

/** Filters in one line: `types=bank.*,community.* actions=created`, or `everything`. */
export function formatFilter({ filter }: Pick<Subscription, 'filter'>): string {
  const lists = Object.entries(filter).filter(([, values]) => Array.isArray(values) && values.length > 0);
  return lists.map(([name, values]) => `${name}=${(values as readonly string[]).join(',')}`).join(' ') || 'everything';
}

/** A subscription in one line. */
export const formatSubscription = (subscription: Subscription): string =>
  `${describe(subscription.name)} is ${subscription.status} after ${formatCursor(subscription.cursor)}: ${formatFilter(subscription)}`;
