import {
  asSequence,
  compileFilter,
  eventsFrame,
  type Filter,
  type Head,
  type HubFrame,
  LIMITS,
  type Start,
} from '@tidings/contracts';
import { assertLives } from './identity.ts';
import { forSocket } from './live-frames.ts';
import type { Connection, ConnectionRegistry } from './ports/connection-registry.ts';
import type { IsBroadcast } from './ports/event-definitions.ts';
import type { EventLog } from './ports/event-log.ts';
import type { SocketPoster } from './ports/outbound.ts';
import type { Subscriptions } from './ports/subscriptions.ts';
import type { Surroundings } from './ports/surroundings.ts';
import { readPage } from './read-page.ts';

/** What sending pages to sockets needs of the world. */
export interface PagePorts {
  readonly log: EventLog;
  readonly registry: ConnectionRegistry;
  readonly subscriptions: Subscriptions;
  readonly poster: SocketPoster;
  readonly isBroadcast: IsBroadcast;
  readonly surroundings: Pick<Surroundings, 'now'>;
  /** Base URL of the HTTP API, for `dataref`. */
  readonly apiUrl: string;
}

/** The page that a request asks for. */
export interface SocketPageRequest {
  readonly id?: string;
  readonly start: Start;
  readonly filter: Filter;
  /** Read before the filter. */
  readonly head: Head;
}

/**
 * Sends the page after a cursor: an `events` frame if there is something for the client, and `synced` with how far the
 * page went; or `reset` in place of both. If the events do not arrive, nothing follows.
 */
export async function postPage(
  { id: connectionId, recipient, wish }: Pick<Connection, 'id' | 'recipient' | 'wish'>,
  { id, start, filter, head: upTo }: SocketPageRequest,
  { log, poster, isBroadcast, surroundings, apiUrl }: PagePorts,
): Promise<void> {
  const wanted = compileFilter(filter);
  // A browser's own filter never shows what is not for browsers; a durable subscription is a service's.
  const isService = wish !== undefined && 'subscription' in wish;
  const wants = (event: Parameters<typeof wanted>[0]): boolean =>
    (isService || isBroadcast(event.type)) && wanted(event);
  const request = { start, head: upTo, wants, limit: LIMITS.pageEvents, bytes: LIMITS.syncBytes };
  const page = await readPage(recipient, request, log);
  // Reading takes time: the token may have ended since it was looked at.
  assertLives(recipient, surroundings.now());
  const send = (frame: HubFrame<never>) =>
    poster.post(connectionId, JSON.stringify({ ...frame, ...(id !== undefined && { id }) }));
  const { epoch, sequence: head } = page.head;
  if (page.kind === 'reset') {
    await send({ type: 'reset', reason: page.reason, epoch, oldest: page.oldest, head });
    return;
  }
  const { from, through } = page;
  if (page.events.length > 0) {
    const events = page.events.map(({ json }) => forSocket(json, apiUrl));
    const outcome = await poster.post(connectionId, eventsFrame({ from, through, replay: true }, events));
    // `synced` would say that there was nothing for the client: it asks again, for want of an answer.
    if (outcome !== 'delivered') return;
  }
  const reached = asSequence(Math.max(through, from - 1));
  await send({ type: 'synced', epoch, through: reached, head, events: page.events.length });
}
