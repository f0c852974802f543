import type { ProducedEvent } from '@tidings/contracts';
import { asEventId, describe, identifierProblem, splitList, TidingsError } from '@tidings/contracts';
import { isInAudience, type Recipient } from './identity.ts';
import type { EventLog } from './ports/event-log.ts';

/**
 * One event by its id, as JSON. An event that is not for the recipient is answered as one that does not exist, so
 * ids cannot be probed.
 * @throws TidingsError EVENT_NOT_FOUND
 */
export async function readEvent(recipient: Recipient, id: string, log: EventLog): Promise<string> {
  const json = identifierProblem(id) === undefined ? await find(recipient, id, log) : undefined;
  if (json !== undefined) return json;
  throw new TidingsError('EVENT_NOT_FOUND', `Expected the id of an event that you may see; found ${describe(id)}`);
}

async function find(recipient: Recipient, id: string, log: EventLog): Promise<string | undefined> {
  const eventId = asEventId(id);
  const json = (await log.readEvents(recipient.tenant, [eventId])).get(eventId);
  if (json === undefined) return undefined;
  const { organizationids, userids, roleids } = JSON.parse(json) as ProducedEvent;
  const audience = {
    organizations: splitList(organizationids),
    users: splitList(userids),
    roles: splitList(roleids),
  };
  return isInAudience(recipient, audience) ? json : undefined;
}
