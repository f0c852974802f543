import { asSent, type ReceivedEvent, type SentEvent } from '../acceptance/events.ts';
import { shouldReceive } from '../acceptance/oracle.ts';
import type { Target } from '../acceptance/target.ts';
import type { Consumer } from './consumers.ts';
import { DeadLetters } from './dead-letters.ts';
import { ask, fetchToken, insist, readLog, Unavailable } from './hub-api.ts';
import { ORGANIZATIONS, type Outbox, ROLES, TENANTS, USERS } from './producers.ts';

const TOKEN_SECONDS = 600;
/** Violations of one kind that are told; the rest are counted. */
const MOST_TOLD = 5;

/** What a run came to. */
export interface Findings {
  /** Acknowledged events that are not in the log. */
  readonly lost: number;
  /** Events that a client was given more than once. */
  readonly repeats: number;
  /** Sequences by tenant. */
  readonly heads: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/**
 * Looks at what is left after a run, without what the clients know: the log as `GET /events` gives it, page by page,
 * against what the producers have sent; and what each client was given against both.
 */
export async function audit(target: Target, outbox: Outbox, consumers: readonly Consumer[]): Promise<Findings> {
  const violations: string[] = [];
  const heads: Record<string, number> = {};
  const stored = new Map<string, SentEvent>();
  for (const tenant of TENANTS) {
    const log = await readWholeLog(target, tenant);
    heads[tenant] = log.head;
    violations.push(...checkSequences(tenant, log.events, log.head));
    for (const event of log.events) {
      if (stored.has(event.id)) violations.push(`${event.id} is stored twice`);
      stored.set(event.id, event);
      violations.push(...checkContent(event, outbox));
    }
    for (const consumer of consumers.filter(({ plan }) => plan.receiver.tenant === tenant)) {
      violations.push(...(await checkConsumer(target, consumer, log.events)));
    }
  }
  const lost = [...outbox.acknowledged].filter((id) => !stored.has(id));
  violations.push(...told('was acknowledged and is not stored', lost));
  const unknown = [...stored.keys()].filter((id) => !outbox.sent.has(id));
  violations.push(...told('is stored and was never sent', unknown));
  const dead = await new DeadLetters(target).count();
  if (dead > 0) violations.push(`${dead} messages lie in the dead-letter queue of the intake`);
  const repeats = consumers.reduce((sum, consumer) => sum + consumer.repeats, 0);
  return { lost: lost.length, repeats, heads, violations };
}

/** All of a tenant's events: no single reader may see those for one user and those for another. */
async function readWholeLog(target: Target, tenant: string) {
  const bySequence = new Map<number, ReceivedEvent>();
  let head = 0;
  for (const user of USERS) {
    const holder = { tenant, organizations: ORGANIZATIONS, user, roles: ROLES };
    const log = await read(target, holder, {});
    head = log.head;
    for (const event of log.events) bySequence.set(Number(event.sequence), event);
  }
  return { events: [...bySequence.values()].sort((a, b) => Number(a.sequence) - Number(b.sequence)), head };
}

const read = (target: Target, holder: Consumer['plan']['receiver'], filter: Consumer['plan']['filter']) =>
  insist(`reading the log of ${holder.tenant}`, async () => {
    const token = await fetchToken(target, holder, 'events:read', TOKEN_SECONDS);
    return await readLog(target, token, filter as Readonly<Record<string, readonly string[]>>);
  });

function checkSequences(tenant: string, events: readonly ReceivedEvent[], head: number): readonly string[] {
  const wrong = events.findIndex(({ sequence }, index) => Number(sequence) !== index + 1);
  if (wrong >= 0) return [`${tenant}: expected sequence ${wrong + 1}, found ${events[wrong]?.sequence}`];
  return events.length === head ? [] : [`${tenant}: the head is ${head}, and there are ${events.length} events`];
}

function checkContent(event: ReceivedEvent, outbox: Outbox): readonly string[] {
  const sent = outbox.sent.get(event.id);
  if (sent === undefined || toText(asSent(event)) === toText(sent)) return [];
  return [`${event.id} was stored as ${toText(event)}, and sent as ${toText(sent)}`];
}

/** A client's own list against the log as its token and filter show it, and against the words of PROTOCOL.md. */
async function checkConsumer(
  target: Target,
  { plan, handled, resets, stored, repeats }: Consumer,
  log: readonly ReceivedEvent[],
): Promise<readonly string[]> {
  const { name, receiver, filter } = plan;
  const violations: string[] = [];
  const given = handled.map(identify);
  const compare = (what: string, expected: readonly string[]): void => {
    const wrong = Array.from({ length: Math.max(given.length, expected.length) }, (_, index) => index).find(
      (index) => given[index] !== expected[index],
    );
    if (wrong === undefined) return;
    const found = `${given[wrong]} of ${given.length}, expected ${expected[wrong]} of ${expected.length}`;
    violations.push(`${name}: ${what} differs at ${wrong}: found ${found}`);
  };
  compare('what GET /events gives', (await read(target, receiver, filter)).events.map(identify));
  compare('what PROTOCOL.md says', log.filter((event) => shouldReceive(event, receiver, filter)).map(identify));
  if (repeats > 0) violations.push(`${name}: ${repeats} events came again`);
  if (resets.length > 0) violations.push(`${name}: was reset, though no history is gone: ${JSON.stringify(resets)}`);
  if (stored !== undefined && stored.sequence !== log.length) {
    violations.push(`${name}: the cursor on the disk is ${stored.sequence}, expected ${log.length}`);
  }
  return violations;
}

const identify = ({ id, sequence }: ReceivedEvent): string => `${Number(sequence)} ${id}`;

const told = (what: string, ids: readonly string[]): readonly string[] =>
  ids.length === 0 ? [] : [`${ids.length} events: ${what}, such as ${ids.slice(0, MOST_TOLD).join(', ')}`];

/** Members in the order of their names, so that equal objects have equal text. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Where a durable subscription stands. */
export async function readSubscription(target: Target, tenant: string, name: string): Promise<number> {
  const token = await fetchToken(target, { tenant }, 'events:read', TOKEN_SECONDS);
  const { status, text } = await ask(`${target.apiUrl}/subscriptions/${name}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (status !== 200) throw new Unavailable(`GET /subscriptions/${name} answered ${status} ${text}`);
  return (JSON.parse(text) as { cursor: { sequence: number } }).cursor.sequence;
}
