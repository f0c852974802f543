import {
  type ClientFrame,
  type Code,
  type ErrorFrame,
  FrameError,
  HEARTBEAT_SECONDS,
  type HubFrame,
  isTidingsError,
  LIMITS,
  parseClientFrame,
  type ResumeFrame,
  type SubscribeFrame,
  type SyncFrame,
  TidingsError,
  type TokenFrame,
} from '@tidings/contracts';
import { acknowledge } from './acknowledge.ts';
import { asRecipient } from './authenticate.ts';
import { assertLives } from './identity.ts';
import { type OpenSocket, originOf } from './open-socket.ts';
import type { Connection, ConnectionOrigin } from './ports/connection-registry.ts';
import type { SocketControl, SocketPoster, TokenVerifier } from './ports/outbound.ts';
import { RateLimited, type RateMeter, untilNextWindow } from './rate-window.ts';
import { filterOf, mayUseSubscriptions, requireActive, requireStanding } from './require-subscription.ts';
import { type PagePorts, postPage } from './socket-page.ts';

/** What serving sockets needs of the world. */
export interface SocketPorts extends PagePorts {
  readonly verifier: TokenVerifier;
  /** Scope of who may read everything; `null` where everybody may. */
  readonly readScope: string | null;
  readonly control: SocketControl;
  /** Counts the messages of each connection. */
  readonly meter: Pick<RateMeter, 'count'>;
}

/**
 * Serves one message of a client; the answers go to its socket. Bad input is answered by an `error` frame.
 * @returns the code that it was refused by; `undefined` if it was served
 * @throws unknown whatever was unexpected, after the client has been told that its request failed
 */
export async function receive(socket: OpenSocket, text: string, given: SocketPorts): Promise<Code | undefined> {
  const ports = { ...given, poster: forgettingWhoIsGone(socket, given) };
  const now = ports.surroundings.now();
  const messages = ports.meter.count(socket.connectionId, now);
  // Whoever goes on in spite of being refused takes from the others what API Gateway lets through for all.
  if (messages > LIMITS.messagesUntilClosed) {
    await ports.control.close(socket.connectionId);
    return 'RATE_LIMITED';
  }
  let id: string | undefined;
  try {
    if (messages > LIMITS.messagesPerWindow) {
      id = idIn(text);
      throw new RateLimited('This connection sends too many messages', untilNextWindow(now));
    }
    const frame = parseClientFrame(text);
    id = frame.id;
    await serve(socket, frame, ports);
    return undefined;
  } catch (error) {
    if (!isTidingsError(error)) {
      await send(socket, { ...FAILED, ...(id !== undefined && { id }) }, ports);
      throw error;
    }
    await send(socket, toErrorFrame(error, error instanceof FrameError ? error.id : id), ports);
    return error.code;
  }
}

/**
 * A socket that ends while its message is served has had its `$disconnect`, perhaps before the message registered it:
 * nobody else would take that row away.
 */
const forgettingWhoIsGone = (
  { connectionId, recipient }: OpenSocket,
  { poster, registry }: Pick<SocketPorts, 'poster' | 'registry'>,
): SocketPoster => ({
  async post(id, text) {
    const outcome = await poster.post(id, text);
    if (outcome === 'gone' && recipient !== undefined) await registry.remove(recipient.tenant, connectionId);
    return outcome;
  },
});

/** The id of a message that is not served, where one can be read: the refusal goes by it. */
function idIn(text: string): string | undefined {
  try {
    return parseClientFrame(text).id;
  } catch (error) {
    return error instanceof FrameError ? error.id : undefined;
  }
}

function serve(socket: OpenSocket, frame: ClientFrame, ports: SocketPorts): Promise<void> {
  const { recipient } = socket;
  if (recipient === undefined) throw new TidingsError('UNAUTHENTICATED', 'Nobody has checked the token of this socket');
  const origin = originOf(socket, recipient);
  switch (frame.action) {
    case 'subscribe':
      return subscribe(origin, frame, ports);
    case 'resume':
      return resume(origin, frame, ports);
    case 'sync':
      return sync(origin, frame, ports);
    case 'token':
      return renew(origin, frame, ports);
    case 'ack':
      return ack(origin, frame, ports);
  }
}

async function subscribe(origin: ConnectionOrigin, frame: SubscribeFrame, ports: SocketPorts): Promise<void> {
  const known = await livingConnection(origin, ports);
  if (frame.start !== undefined) await countPage(known, ports);
  // Write first and read second: what is committed in between is delivered live, and above the head or not.
  const connection = await ports.registry.subscribe(origin, { filter: frame.filter }, false);
  assertLives(connection.recipient, ports.surroundings.now());
  const head = await ports.log.head(connection.recipient.tenant);
  const answer = {
    type: 'subscribed',
    ...idOf(frame),
    epoch: head.epoch,
    head: head.sequence,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  } as const;
  const isAnswered = await send(origin, answer, ports);
  if (!isAnswered || frame.start === undefined) return;
  await postPage(connection, { ...idOf(frame), start: frame.start, filter: frame.filter, head }, ports);
}

async function resume(origin: ConnectionOrigin, frame: ResumeFrame, ports: SocketPorts): Promise<void> {
  const { subscription: name } = frame;
  const known = await livingConnection(origin, ports);
  mayUseSubscriptions(known.recipient);
  await requireActive(known.recipient.tenant, name, ports);
  await countPage(known, ports);
  const { recipient, ...connection } = await ports.registry.subscribe(origin, { subscription: name }, false);
  assertLives(recipient, ports.surroundings.now());
  const { subscription, head } = await requireStanding(recipient.tenant, name, ports);
  const { cursor, filter } = subscription;
  const { epoch, sequence } = head;
  const answer = { type: 'subscribed', epoch, head: sequence, cursor, heartbeatSeconds: HEARTBEAT_SECONDS } as const;
  if (!(await send(origin, { ...answer, ...idOf(frame) }, ports))) return;
  await postPage({ ...connection, recipient }, { ...idOf(frame), start: cursor, filter, head }, ports);
}

async function sync(origin: ConnectionOrigin, frame: SyncFrame, ports: SocketPorts): Promise<void> {
  const now = ports.surroundings.now();
  // Clear the mark first and read second: what is missed from now on marks the connection again.
  const begun = await ports.registry.beginSync(origin.recipient.tenant, origin.id, now);
  switch (begun.kind) {
    case 'not-subscribed':
      throw new TidingsError('NOT_SUBSCRIBED', 'The hub does not know what this connection wants: subscribe again');
    case 'limited':
      throw syncsTooOften(begun);
    case 'begun': {
      const { connection } = begun;
      assertLives(connection.recipient, ports.surroundings.now());
      if ('subscription' in connection.wish) mayUseSubscriptions(connection.recipient);
      // The head before the filter: what comes after a change of the filter is not judged by the one of before.
      const head = await ports.log.head(connection.recipient.tenant);
      const filter = await filterOf(connection.recipient.tenant, connection.wish, ports);
      await postPage(connection, { ...idOf(frame), start: frame.start, filter, head }, ports);
    }
  }
}

async function renew(origin: ConnectionOrigin, frame: TokenFrame, ports: SocketPorts): Promise<void> {
  const recipient = asRecipient(await ports.verifier.verify(frame.token), ports.readScope);
  if (recipient.tenant !== origin.recipient.tenant) {
    throw new TidingsError(
      'TENANT_MISMATCH',
      'Expected a token of the tenant that this socket is for; found another. The old token stays',
    );
  }
  await ports.registry.renew({ ...origin, recipient });
  await send(origin, { type: 'renewed', ...idOf(frame), expires: recipient.expiresAt }, ports);
}

async function ack(
  origin: ConnectionOrigin,
  frame: Extract<ClientFrame, { action: 'ack' }>,
  ports: SocketPorts,
): Promise<void> {
  const { recipient } = await livingConnection(origin, ports);
  mayUseSubscriptions(recipient);
  const cursor = await acknowledge(recipient.tenant, frame.subscription, frame, ports);
  await send(origin, { type: 'acked', ...idOf(frame), cursor }, ports);
}

/**
 * The connection as it is known, or else as it began: with the claims of its newest token.
 * @throws TidingsError TOKEN_EXPIRED, before anything is changed
 */
async function livingConnection(
  origin: ConnectionOrigin,
  { registry, surroundings }: SocketPorts,
): Promise<ConnectionOrigin & Partial<Connection>> {
  const known = (await registry.find(origin.recipient.tenant, origin.id)) ?? origin;
  assertLives(known.recipient, surroundings.now());
  return known;
}

/**
 * Counts a subscribe that brings a page as a sync, so that it is no way around the limit; the first one of a connection
 * is free.
 * @throws RateLimited if it is too much, before anything is changed
 */
async function countPage(
  { id, recipient, wish }: ConnectionOrigin & Partial<Connection>,
  { registry, surroundings }: SocketPorts,
): Promise<void> {
  if (wish === undefined) return;
  const begun = await registry.beginSync(recipient.tenant, id, surroundings.now());
  if (begun.kind === 'limited') throw syncsTooOften(begun);
}

const syncsTooOften = ({ retryAfterSeconds }: { readonly retryAfterSeconds: number }): RateLimited =>
  new RateLimited('This connection syncs too often', retryAfterSeconds);

/** @returns whether the frame has arrived; what follows from one that has not must not be sent either */
async function send(
  to: { readonly id: string } | OpenSocket,
  frame: HubFrame<never>,
  ports: SocketPorts,
): Promise<boolean> {
  const id = 'connectionId' in to ? to.connectionId : to.id;
  return (await ports.poster.post(id, JSON.stringify(frame))) === 'delivered';
}

const idOf = ({ id }: { readonly id?: string }) => (id === undefined ? {} : { id });

const FAILED: ErrorFrame = {
  type: 'error',
  code: 'INTERNAL_ERROR',
  message: 'The hub failed to answer; trying again is safe',
};

const toErrorFrame = (error: TidingsError, id: string | undefined): ErrorFrame => ({
  type: 'error',
  ...(id !== undefined && { id }),
  code: error.code,
  message: error.message,
  ...(error.errors.length > 0 && { errors: error.errors }),
  ...(error instanceof RateLimited && error.wait),
});
