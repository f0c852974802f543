import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { catalogue, moduleOf, newEvent, type SentEvent } from '../acceptance/events.ts';
import type { Random } from '../acceptance/random.ts';
import type { Target } from '../acceptance/target.ts';
import { ask, fetchToken, Unavailable } from './hub-api.ts';

const EVENTS_PER_REQUEST = 100;
const ENTRIES_PER_PUT = 10;
const LONGEST_PAUSE_MILLISECONDS = 400;
const TOKEN_SECONDS = 60;

export const TENANTS = ['north', 'south'] as const;
export const ORGANIZATIONS = ['o1', 'o2', 'o3'] as const;
export const USERS = ['u1', 'u2'] as const;
export const ROLES = ['clerk', 'auditor'] as const;

/** Every event that was sent, and which of them a bus or the HTTP API has acknowledged. */
export class Outbox {
  readonly sent = new Map<string, SentEvent>();
  readonly acknowledged = new Set<string>();
  /** Times that events were sent again, for want of an answer or because the answer refused them. */
  repeated = 0;
}

/** How fast producers go. */
export interface Pace {
  /** Whether there is to be more. */
  goesOn(): boolean;
  /** Most events of the next batch; 0 to wait. */
  readonly batch: number;
}

/** Sends events until they are acknowledged, batch after batch, whatever happens to the hub. */
export async function produce(
  name: string,
  way: 'http' | 'bus',
  { target, outbox, pace, random }: { target: Target; outbox: Outbox; pace: Pace; random: Random },
): Promise<void> {
  const send = way === 'http' ? httpSender(target) : busSender(target);
  for (let count = 0; pace.goesOn(); ) {
    const size = Math.min(pace.batch, 1 + random.below(way === 'http' ? EVENTS_PER_REQUEST : ENTRIES_PER_PUT));
    const module = random.pick(['bank', 'community']);
    let pending = Array.from({ length: size }, (_, index) => makeEvent(`${name}-${count + index}`, module, random));
    count += size;
    for (const event of pending) outbox.sent.set(event.id, event);
    while (pending.length > 0) {
      const accepted = await send(pending);
      for (const id of accepted) outbox.acknowledged.add(id);
      pending = pending.filter(({ id }) => !accepted.has(id));
      outbox.repeated += pending.length;
      if (pending.length > 0) await pause(random.below(LONGEST_PAUSE_MILLISECONDS));
    }
    if (pace.batch < EVENTS_PER_REQUEST) await pause(random.below(LONGEST_PAUSE_MILLISECONDS));
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds));

function makeEvent(id: string, module: string, random: Random): SentEvent {
  const { type, examples } = random.pick(catalogue.filter((entry) => moduleOf(entry.type) === module));
  return newEvent(random.pick(TENANTS), {
    id,
    type,
    data: random.pick(examples),
    ...(random.chance(0.5) && { subject: `thing/${random.below(20)}` }),
    ...(random.chance(0.3) && { organizationids: random.some(ORGANIZATIONS, 1, 2).join(',') }),
    ...(random.chance(0.15) && { userids: random.pick(USERS) }),
    ...(random.chance(0.15) && { roleids: random.pick(ROLES) }),
  });
}

/** Sends events of one module. @returns the ids of those that were acknowledged; the others have to be sent again */
type Send = (events: readonly SentEvent[]) => Promise<ReadonlySet<string>>;

function httpSender(target: Target): Send {
  let token: { readonly text: string; readonly until: number } | undefined;
  return (events) =>
    orNone(async () => {
      if (token === undefined || token.until < Date.now()) {
        const text = await fetchToken(target, {}, 'bank community', TOKEN_SECONDS);
        token = { text, until: Date.now() + (TOKEN_SECONDS * 1000) / 2 };
      }
      const { status, text } = await ask(`${target.apiUrl}/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.text}`, 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(events),
      });
      if (status >= 500 || status === 429) throw new Unavailable(`POST /events answered ${status}`);
      const answer = JSON.parse(text) as Answer;
      const refused = answer.rejected.find(({ code }) => code !== 'BUS_UNAVAILABLE');
      if (refused !== undefined) throw new Error(`Expected every event to be good, found ${JSON.stringify(refused)}`);
      if (status !== 202) throw new Error(`Expected 202, found ${status} ${text}`);
      return answer.accepted.map(({ id }) => id);
    });
}

interface Answer {
  readonly accepted: readonly { readonly id: string }[];
  readonly rejected: readonly { readonly code: string }[];
}

function busSender({ awsEndpointUrl, region, buses }: Target): Send {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new EventBridgeClient({
    region,
    credentials,
    maxAttempts: 1,
    ...(awsEndpointUrl !== undefined && { endpoint: awsEndpointUrl }),
  });
  return (events) =>
    orNone(async () => {
      const Entries = events.map((event) => ({
        EventBusName: buses[moduleOf(event.type)],
        Source: event.source,
        DetailType: event.type,
        Time: new Date(event.time),
        Detail: JSON.stringify(event),
      }));
      const result = await client.send(new PutEventsCommand({ Entries })).catch((cause: unknown) => {
        throw new Unavailable('The bus does not answer', { cause });
      });
      return events.filter((_, index) => result.Entries?.[index]?.EventId !== undefined).map(({ id }) => id);
    });
}

/** What was acknowledged, or nothing if nobody answered. */
async function orNone(send: () => Promise<readonly string[]>): Promise<ReadonlySet<string>> {
  try {
    return new Set(await send());
  } catch (error) {
    if (error instanceof Unavailable) return new Set();
    throw error;
  }
}
