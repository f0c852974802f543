import type { ValueReader } from './value-reader.ts';

/** Who outside the hub's own account may put events on the bus of one module. */
export interface ProducerAccess {
  /**
   * AWS accounts, 12 digits each.
   * @default none
   */
  readonly accounts?: readonly string[];
  /**
   * An organisation of AWS Organizations, such as `o-a1b2c3d4e5`, with all of its accounts.
   * @default none
   */
  readonly organization?: string;
}

/** How much one environment takes from all callers, from one tenant, from one user and from one socket. */
export interface HubLimits {
  /** Requests a second that the HTTP API takes over all callers, 1 to 10,000. */
  readonly requestsPerSecond: number;
  /** Requests that the HTTP API takes at once, 1 to 5,000. */
  readonly requestBurst: number;
  /** Messages a second that the WebSocket API takes over all sockets, 1 to 10,000. New sockets: as many, 500 at most. */
  readonly messagesPerSecond: number;
  /** Messages that the WebSocket API takes at once, 1 to 5,000. */
  readonly messageBurst: number;
  /** Open sockets of one user of one tenant, 1 to 1,000. */
  readonly socketsPerUser: number;
  /** Open sockets of one tenant, 1 to 1,000,000. */
  readonly socketsPerTenant: number;
  /**
   * Open sockets of one tenant that one run of the fan-out serves by itself, 1 to 10,000. A tenant with more is served by
   * many runs at the same time, each for a part of its sockets.
   */
  readonly socketsPerRun: number;
  /**
   * Messages a second that the fan-out posts to a tenant's sockets at most, 100 to 1,000,000: what API Gateway's quota for
   * the account and region allows, less what the account uses it for besides.
   */
  readonly postsPerSecond: number;
}

/** What an environment has where it does not say otherwise. */
export const DEFAULT_LIMITS: HubLimits = {
  requestsPerSecond: 2000,
  requestBurst: 1000,
  messagesPerSecond: 2000,
  messageBurst: 1000,
  socketsPerUser: 50,
  socketsPerTenant: 100_000,
  socketsPerRun: 2500,
  postsPerSecond: 9500,
};

/**
 * The most that a value can be. Rates: the default quota of an account and region.
 * Source: API Gateway developer guide, "Quotas", 10,000 requests a second with a burst of 5,000.
 */
const MOST: HubLimits = {
  requestsPerSecond: 10_000,
  requestBurst: 5000,
  messagesPerSecond: 10_000,
  messageBurst: 5000,
  socketsPerUser: 1000,
  socketsPerTenant: 1_000_000,
  // They are in memory at once.
  socketsPerRun: 10_000,
  // The quota can be raised.
  postsPerSecond: 1_000_000,
};

/** The least that a value can be, where that is more than one. */
const LEAST: Partial<HubLimits> = { postsPerSecond: 100 };

const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as readonly (keyof HubLimits)[];

/** Functions whose executions can be set aside, by the names of their folders below `lambdas/`. */
export const RESERVABLE_FUNCTIONS = [
  'ingest-events',
  'store-events',
  'fan-out',
  'authorize-socket',
  'socket',
  'query-api',
  'manage-subscriptions',
  'operate-hub',
] as const;

export type ReservableFunction = (typeof RESERVABLE_FUNCTIONS)[number];

/** Executions that are set aside for a function, which are its most as well. */
export type ReservedConcurrency = Readonly<Partial<Record<ReservableFunction, number>>>;

/** Module → who may put its events from elsewhere. A module that nobody has a schema for is found when buses are made. */
export function readProducers(value: ValueReader): Readonly<Record<string, ProducerAccess>> {
  if (value.absent) return {};
  return Object.fromEntries(
    value.entries('an object: module to { accounts, organization }').map(([module, access]) => {
      access.object(['accounts', 'organization']);
      const accounts = access.at('accounts');
      const organization = access.at('organization');
      if (accounts.absent && organization.absent) access.refuse('accounts, an organization, or both');
      return [
        module,
        {
          ...(!accounts.absent && {
            accounts: accounts
              .list('at least one account', 1)
              .map((account) => account.text(/^\d{12}$/, 'an AWS account: a string of 12 digits')),
          }),
          ...(!organization.absent && {
            // Source: AWS Organizations API reference, Organization, "Id".
            organization: organization.text(/^o-[a-z0-9]{10,32}$/, 'an organisation such as "o-a1b2c3d4e5"'),
          }),
        },
      ];
    }),
  );
}

export function readLimits(value: ValueReader): HubLimits {
  if (value.absent) return DEFAULT_LIMITS;
  value.object(LIMIT_NAMES);
  const limit = (name: keyof HubLimits): number => {
    const given = value.at(name);
    return given.absent ? DEFAULT_LIMITS[name] : given.whole(LEAST[name] ?? 1, MOST[name], UNITS[name]);
  };
  return {
    requestsPerSecond: limit('requestsPerSecond'),
    requestBurst: limit('requestBurst'),
    messagesPerSecond: limit('messagesPerSecond'),
    messageBurst: limit('messageBurst'),
    socketsPerUser: limit('socketsPerUser'),
    socketsPerTenant: limit('socketsPerTenant'),
    socketsPerRun: limit('socketsPerRun'),
    postsPerSecond: limit('postsPerSecond'),
  };
}

const UNITS: Readonly<Record<keyof HubLimits, string>> = {
  requestsPerSecond: 'requests',
  requestBurst: 'requests',
  messagesPerSecond: 'messages',
  messageBurst: 'messages',
  socketsPerUser: 'sockets',
  socketsPerTenant: 'sockets',
  socketsPerRun: 'sockets',
  postsPerSecond: 'posts',
};

export function readReservedConcurrency(value: ValueReader): ReservedConcurrency {
  if (value.absent) return {};
  value.object(RESERVABLE_FUNCTIONS);
  const reserved = RESERVABLE_FUNCTIONS.map((name) => [name, value.at(name)] as const);
  return Object.fromEntries(
    reserved
      .filter(([, executions]) => !executions.absent)
      .map(([name, executions]) => [name, executions.whole(1, 10_000, 'executions')]),
  );
}

/** The name of a region, as a part of a pattern. */
export const REGION = '[a-z]{2,4}(-[a-z]+){1,2}-\\d{1,2}';

/** One kind of resource; patterns are those of regular expressions. */
export interface ArnKind {
  /** Such as `sns`. */
  readonly service: string;
  /**
   * Pattern of the region.
   * @default any
   */
  readonly region?: string;
  /** Pattern of what follows the account. */
  readonly resource: string;
  /** For the message. */
  readonly example: string;
}

/** An ARN of one kind of resource. Partitions are those of all regions, `aws-cn` and `aws-us-gov` included. */
export const readArn = (value: ValueReader, { service, region = REGION, resource, example }: ArnKind): string =>
  value.text(new RegExp(`^arn:aws[a-z-]*:${service}:${region}:\\d{12}:${resource}$`), `an ARN such as "${example}"`);

/** The ARN if there is one. */
export const readOptionalArn = (value: ValueReader, kind: ArnKind): string | undefined =>
  value.absent ? undefined : readArn(value, kind);
