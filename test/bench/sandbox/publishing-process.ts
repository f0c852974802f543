import { newEvent, type SentEvent } from '../../acceptance/events.ts';

/**
 * A producer, as a process of its own: it gets one {@link Publication} after the other, and answers each with `done`
 * when the hub has accepted every event.
 */

/** What a producer shall publish. */
export interface Publication {
  readonly apiUrl: string;
  /** The producer's. It names no tenant, so that it may publish for each. */
  readonly token: string;
  readonly tenants: readonly {
    readonly tenant: string;
    /** For whom the events are, in turns. */
    readonly organizations: readonly string[];
  }[];
  readonly eventsPerTenant: number;
  /** Events of one request. */
  readonly batch: number;
}

async function publish({ apiUrl, token, tenants, eventsPerTenant, batch }: Publication): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' };
  const post = async (events: readonly SentEvent[]): Promise<void> => {
    const response = await fetch(`${apiUrl}/events`, { method: 'POST', headers, body: JSON.stringify(events) });
    const text = await response.text();
    const { accepted = [] } = JSON.parse(text) as { accepted?: unknown[] };
    if (accepted.length !== events.length) throw new Error(`POST /events answered ${response.status} ${text}`);
  };
  await Promise.all(
    tenants.map(async ({ tenant, organizations }) => {
      for (let sent = 0; sent < eventsPerTenant; sent += batch) {
        const count = Math.min(batch, eventsPerTenant - sent);
        await post(
          Array.from({ length: count }, (_, index) =>
            newEvent(tenant, { organizationids: organizations[(sent + index) % organizations.length] ?? '' }),
          ),
        );
      }
    }),
  );
}

process.on('message', async (publication: Publication) => {
  await publish(publication);
  process.send?.('done');
});
