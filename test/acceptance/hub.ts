import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { moduleOf, type ReceivedEvent, type SentEvent } from './events.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { keepSecret } from './secrets.ts';
import { waitFor } from './wait.ts';

/** What a token says. Lists become claims separated by spaces. */
export interface Claims {
  readonly tenant?: string;
  readonly organizations?: readonly string[];
  readonly user?: string;
  readonly roles?: readonly string[];
  /** @default every module, and `events:read` */
  readonly scope?: string;
  /** Seconds. */
  readonly expiresIn?: number;
  /** Seconds until the token is good. */
  readonly notBefore?: number;
  /** @default that of the target */
  readonly audience?: string;
}

/** An answer of the HTTP API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A page of `GET /events`. */
export interface Page {
  readonly epoch: string | null;
  readonly events: readonly ReceivedEvent[];
  readonly through: number;
  readonly head: number;
}

export const STRUCTURED = 'application/cloudevents+json';
export const BATCHED = 'application/cloudevents-batch+json';
const EVERY_SCOPE = 'bank community events:read';
const ENTRIES_PER_PUT = 10;
const EVENTS_PER_REQUEST = 100;

const tokens = new Map<string, Promise<string>>();

/** A token from the issuer. Kept for the same claims, unless it is to end soon. */
export function tokenFor(claims: Claims): Promise<string> {
  const key = JSON.stringify(claims);
  const known = claims.expiresIn === undefined ? tokens.get(key) : undefined;
  const token = known ?? requestToken(claims);
  tokens.set(key, token);
  return token;
}

async function requestToken(claims: Claims): Promise<string> {
  const { tenant, organizations, user, roles, scope, expiresIn, notBefore } = claims;
  const { tokenUrl, audience, clientId = 'acceptance', clientSecret = 'acceptance-secret' } = hubUnderTest().target;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: claims.audience ?? audience,
    scope: scope ?? EVERY_SCOPE,
    ...(tenant !== undefined && { tenant }),
    ...(organizations !== undefined && { organization: organizations.join(' ') }),
    ...(user !== undefined && { sub: user }),
    ...(roles !== undefined && { roles: roles.join(' ') }),
    ...(expiresIn !== undefined && { expires_in: String(expiresIn) }),
    ...(notBefore !== undefined && { not_before: String(notBefore) }),
  });
  const response = await fetch(tokenUrl, { method: 'POST', body: form });
  const text = await response.text();
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}: ${text}`);
  const { access_token } = JSON.parse(text) as { access_token: string };
  keepSecret('token', access_token);
  return access_token;
}

/** A request to the HTTP API. The path begins with a slash. */
export async function request(
  method: string,
  path: string,
  { token, headers = {}, body }: { token?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  const response = await fetch(`${hubUnderTest().target.apiUrl}${path}`, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/**
 * The path of an event: its id in percent-encoding, twice, because API Gateway decodes a path before it looks for the
 * route. Every byte that could mean something in a path is encoded, dots too.
 */
export function eventPath(id: string): string {
  const encode = (byte: number): string => `%25${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const characters = [...Buffer.from(id)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_~-]/.test(character) ? character : encode(byte);
  });
  return `/events/${characters.join('')}`;
}

/** Sends one JSON value as a CloudEvent in structured mode, whatever it is. */
export const postStructured = (event: unknown, token: string): Promise<Answer> =>
  request('POST', '/events', { token, headers: { 'content-type': STRUCTURED }, body: JSON.stringify(event) });

/** Sends JSON values as one batch. */
export const postBatch = (events: readonly unknown[], token: string): Promise<Answer> =>
  request('POST', '/events', { token, headers: { 'content-type': BATCHED }, body: JSON.stringify(events) });

/** Sends events in batches, and makes sure that each is accepted. */
export async function publish(events: readonly SentEvent[], token?: string): Promise<void> {
  for (let at = 0; at < events.length; at += EVENTS_PER_REQUEST) {
    const batch = events.slice(at, at + EVENTS_PER_REQUEST);
    const answer = await postBatch(batch, token ?? (await tokenFor({})));
    const { accepted, rejected } = JSON.parse(answer.text) as { accepted?: unknown[]; rejected?: unknown[] };
    if (answer.status !== 202 || accepted?.length !== batch.length || rejected?.length !== 0) {
      throw new Error(`Expected 202 and all of ${batch.length} events accepted, found ${answer.status} ${answer.text}`);
    }
  }
}

/** Options for a client of the AWS SDK. Endpoints other than AWS take any credentials. */
const awsOptions = () => {
  const { awsEndpointUrl, region } = hubUnderTest().target;
  if (awsEndpointUrl === undefined) return { region };
  return { region, endpoint: awsEndpointUrl, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
};

export const createQueueClient = (): SQSClient => new SQSClient(awsOptions());

let busClient: EventBridgeClient | undefined;

/** Puts entries on the bus of a module with the AWS SDK, and makes sure that the bus has taken each. */
export async function putEntries(module: string, entries: readonly PutEventsRequestEntry[]): Promise<void> {
  busClient ??= new EventBridgeClient(awsOptions());
  const EventBusName = hubUnderTest().target.buses[module];
  if (EventBusName === undefined) throw new Error(`The target names no bus for the module ${module}`);
  for (let at = 0; at < entries.length; at += ENTRIES_PER_PUT) {
    const Entries = entries.slice(at, at + ENTRIES_PER_PUT).map((entry) => ({ ...entry, EventBusName }));
    const result = await busClient.send(new PutEventsCommand({ Entries }));
    if (result.FailedEntryCount !== 0) throw new Error(`The bus refused entries: ${JSON.stringify(result.Entries)}`);
  }
}

/** An event as an entry of a bus, in the form that README.md tells. */
export const toEntry = (event: SentEvent): PutEventsRequestEntry => ({
  Source: event.source,
  DetailType: event.type,
  Time: new Date(event.time),
  Detail: JSON.stringify(event),
});

/** Puts events on the buses of their modules. */
export async function putOnBus(events: readonly SentEvent[]): Promise<void> {
  for (const module of new Set(events.map(({ type }) => moduleOf(type)))) {
    await putEntries(module, events.filter(({ type }) => moduleOf(type) === module).map(toEntry));
  }
}

/** One page of `GET /events`. */
export async function readPage(token: string, query: Record<string, string> = {}): Promise<Page> {
  const answer = await request('GET', `/events?${new URLSearchParams(query)}`, { token });
  if (answer.status !== 200) throw new Error(`GET /events answered ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as Page;
}

/** All events that a token may see, page by page. */
export async function readAll(token: string, query: Record<string, string> = {}): Promise<readonly ReceivedEvent[]> {
  const events: ReceivedEvent[] = [];
  for (let after = 0; ; ) {
    const page = await readPage(token, { ...query, after: String(after) });
    events.push(...page.events);
    if (page.through >= page.head) return events;
    if (page.through <= after) throw new Error(`A page after ${after} ends at ${page.through}: it leads nowhere`);
    after = page.through;
  }
}

/** Waits until a tenant's log has this many events. */
export async function waitForHead(tenant: string, head: number, deadline?: number): Promise<void> {
  const token = await tokenFor({ tenant });
  let last = 0;
  await waitFor(
    `${head} events of the tenant ${tenant}`,
    async () => {
      last = (await readPage(token, { limit: '1' })).head;
      return last >= head || undefined;
    },
    { ...(deadline !== undefined && { deadline }), lastSeen: () => `Its log has ${last}.` },
  );
}
