/**
 * The environment variables of the functions: their names, and the shapes of those that hold JSON.
 *
 * The constructs write them and the handlers read them (see `configuration.ts`), both through this file, so a name
 * cannot drift between what is deployed and what runs.
 */
export const VARIABLES = {
  /** Name of the table of events, ledgers and counters. */
  eventLogTable: 'EVENT_LOG_TABLE',
  /** Name of the table of open sockets. */
  connectionsTable: 'CONNECTIONS_TABLE',
  /** URL of the FIFO queue that tells the fan-out "this tenant has news". */
  doorbellQueueUrl: 'DOORBELL_QUEUE_URL',
  /** URL of the queue of what the buses pass on. */
  intakeQueueUrl: 'INTAKE_QUEUE_URL',
  /** URL of the queue for messages that can never be stored. */
  intakeDeadLettersUrl: 'INTAKE_DEAD_LETTERS_URL',
  /** URL of the queue for events that EventBridge could not put into the intake. */
  intakeUndeliverableUrl: 'INTAKE_UNDELIVERABLE_URL',
  /** URL of the FIFO queue for tenants whose sockets could not be served. */
  doorbellDeadLettersUrl: 'DOORBELL_DEAD_LETTERS_URL',
  /** Times that the intake queue delivers a message before it sets it aside, a whole number. */
  intakeMaxReceives: 'INTAKE_MAX_RECEIVES',
  /** JSON object: module → name of its event bus, such as `{"bank":"tidings-dev-bank"}`. */
  busNames: 'BUS_NAMES',
  /** JSON array of {@link TrustedIssuer}. */
  issuers: 'ISSUERS',
  /** Scope that reading over HTTP takes; the JSON value `null` switches the check off. */
  readScope: 'READ_SCOPE',
  /** JSON array of {@link AllowedOrigin}s that a browser may connect from. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** Days that an event is kept, a whole number. */
  retentionDays: 'RETENTION_DAYS',
  /** How often the table of events was restored from a backup, plus one; a whole number. See `adapters/log-generation.ts`. */
  logGeneration: 'LOG_GENERATION',
  /** `wss://…/<stage>` of the WebSocket API; its `@connections` live at the same place over https. */
  socketEndpoint: 'SOCKET_ENDPOINT',
  /** Most sockets of one user of one tenant, a whole number. */
  socketsPerUser: 'SOCKETS_PER_USER',
  /** Most sockets of one tenant, a whole number. */
  socketsPerTenant: 'SOCKETS_PER_TENANT',
  /** Sockets of one tenant that one run of the fan-out serves by itself, a whole number. */
  socketsPerRun: 'SOCKETS_PER_RUN',
  /** Posts that all sockets together may get in a second, a whole number. */
  postsPerSecond: 'POSTS_PER_SECOND',
  /** Base URL of the HTTP API, without a slash at the end. */
  apiUrl: 'API_URL',
  /** Namespace that all functions write their metrics into; the library that does has its own name for it. */
  metricsNamespace: 'POWERTOOLS_METRICS_NAMESPACE',
  /** What the front door, if there is one, puts into {@link FRONT_DOOR_HEADER}. */
  frontDoorSecret: 'FRONT_DOOR_SECRET',
} as const;

/** Header, in lower case, by which functions know what came through the firewall. */
export const FRONT_DOOR_HEADER = 'x-tidings-front-door';

/** One of the variables' names. */
export type VariableName = (typeof VARIABLES)[keyof typeof VARIABLES];

/** Algorithms that a token may be signed with. Symmetric ones and `none` can never be configured. */
export const SIGNING_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** Where in a token the hub finds what it needs. */
export interface ClaimNames {
  /** The one tenant that the token acts for. */
  readonly tenant: string;
  /** Organisation or organisations: an array, or a string separated by spaces. */
  readonly organizations: string;
  /** Roles: an array, or a string separated by spaces. */
  readonly roles: string;
  /** The user. */
  readonly subject: string;
  /** Scopes: a string separated by spaces. `scp`, a string or an array, is read as well. */
  readonly scope: string;
}

/** An OAuth2 issuer whose access tokens the hub trusts. */
export interface TrustedIssuer {
  /** The `iss` claim, exactly. */
  readonly issuer: string;
  /** The `aud` claim that a token must carry. */
  readonly audience: string;
  readonly algorithms: readonly SigningAlgorithm[];
  /**
   * Where its public keys are.
   * @default `<issuer>/.well-known/jwks.json`
   */
  readonly jwksUri?: string;
  readonly claims: ClaimNames;
}

/**
 * An origin such as `https://app.example.com`. In `dev` also `http://localhost:*` (any port) and `null` (pages from
 * a file or about:blank).
 */
export type AllowedOrigin = string;
