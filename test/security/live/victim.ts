import { randomUUID } from 'node:crypto';
import { newEvent, type SentEvent } from '../../acceptance/events.ts';
import { publish, readAll, readPage, request, tokenFor, waitForHead } from '../../acceptance/hub.ts';
import type { Random } from '../../acceptance/random.ts';
import { keepSecret } from '../../acceptance/secrets.ts';
import { ALL_SCOPES, SubscriptionRoutes } from '../../acceptance/subscription-routes.ts';

/** Events of everybody in the tenant. So many that its head can be told from any attacker's. */
const COMMON_EVENTS = 300;
const EVENTS_PER_AUDIENCE = 20;

/** Who of the tenant an event is for. */
export const AUDIENCES = ['everybody', 'organization', 'user', 'role'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What an attacker is taken to know: everything that has a name. What events hold is in none of it. */
export interface Knowledge {
  readonly tenant: string;
  readonly epoch: string;
  readonly ids: readonly string[];
  readonly subjects: readonly string[];
  readonly subscriptions: readonly string[];
  readonly organization: string;
  readonly user: string;
  readonly role: string;
}

/** Everything of a tenant that others could change. */
export type Standing = Readonly<Record<'head' | 'events' | 'subscriptions', unknown>>;

const mark = (name: string): string => `${name}-${randomUUID().slice(0, 13)}`;

/** What stands in the events of one audience. */
interface Marks {
  readonly id: string;
  readonly subject: string;
  readonly data: string;
  readonly actor: string;
}

const newMarks = (): Marks => ({ id: mark('id'), subject: mark('subject'), data: mark('data'), actor: mark('actor') });

/** A tenant with something to lose: in each id, attribute and payload there is a mark that occurs nowhere else. */
export class Victim {
  readonly tenant = mark('victim');
  readonly organization = mark('organization');
  readonly user = mark('user');
  readonly role = mark('role');
  readonly subscriptions = [mark('subscription'), mark('paused/sub'), mark('sub#scription')];
  epoch = '';
  /** Marks of what is for an audience alone. */
  readonly #marks: Readonly<Record<Audience, Marks>>;
  readonly #filtered = mark('filtered');
  readonly #sent: Record<Audience, number> = { everybody: 0, organization: 0, user: 0, role: 0 };

  constructor() {
    this.#marks = { everybody: newMarks(), organization: newMarks(), user: newMarks(), role: newMarks() };
    for (const { data, actor } of Object.values(this.#marks)) {
      keepSecret('payload', data);
      keepSecret('payload', actor);
    }
    for (const claim of [this.organization, this.user, this.role]) keepSecret('claim', claim);
  }

  /** The token of a service of the tenant, which sees and may do everything. */
  token(): Promise<string> {
    const { tenant, organization, user, role } = this;
    const scope = `bank ${ALL_SCOPES}`;
    return tokenFor({ tenant, organizations: [organization], user, roles: [role], scope });
  }

  /** What must reach nobody of another tenant. */
  get marks(): readonly string[] {
    const all = Object.values(this.#marks).flatMap((marks) => Object.values(marks));
    return [
      ...all,
      ...this.subscriptions,
      this.organization,
      this.user,
      this.role,
      this.epoch,
      this.#filtered,
      this.tenant,
    ];
  }

  /** What must reach nobody of the tenant who is not of its audience. */
  get restrictedMarks(): readonly string[] {
    const { organization, user, role } = this.#marks;
    return [organization, user, role].flatMap(({ id, data, actor, subject }) => [id, data, actor, subject]);
  }

  get knowledge(): Knowledge {
    const { tenant, epoch, subscriptions, organization, user, role } = this;
    const marks = Object.values(this.#marks);
    const ids = marks.flatMap(({ id }) => [`${id}-1`, `${id}-2`]);
    return {
      tenant,
      epoch,
      ids,
      subjects: marks.map(({ subject }) => subject),
      subscriptions,
      organization,
      user,
      role,
    };
  }

  /** Fills its log, and makes its subscriptions. */
  async settleIn(): Promise<void> {
    const events = [
      ...this.#events('everybody', COMMON_EVENTS),
      ...(['organization', 'user', 'role'] as const).flatMap((audience) => this.#events(audience, EVENTS_PER_AUDIENCE)),
    ];
    await publish(events, await this.token());
    await waitForHead(this.tenant, events.length);
    this.epoch = (await readPage(await this.token(), { limit: '1' })).epoch ?? '';
    const routes = new SubscriptionRoutes(await this.token());
    const [first = '', paused = '', third = ''] = this.subscriptions;
    await routes.make(first, {
      cursor: { sequence: 0 },
      filter: { subjects: [this.#filtered, this.#marks.everybody.subject] },
    });
    await routes.make(paused, { filter: { organizations: [this.organization] } });
    await routes.change(paused, { status: 'paused' });
    await routes.make(third, { cursor: { epoch: this.epoch, sequence: 5 } });
  }

  /** Sends one more event for each audience; the id of the last. */
  async speak(random: Random): Promise<readonly string[]> {
    const events = random.some(AUDIENCES, AUDIENCES.length, AUDIENCES.length).flatMap((one) => this.#events(one, 1));
    await publish(events, await this.token());
    return events.map(({ id }) => id);
  }

  /** What others could have changed, and must not have. */
  async standing(): Promise<Standing> {
    const token = await this.token();
    const { text } = await request('GET', '/subscriptions', { token });
    return {
      head: (await readPage(token, { limit: '1' })).head,
      events: (await readAll(token)).map(({ id, sequence }) => `${Number(sequence)} ${id}`),
      subscriptions: JSON.parse(text),
    };
  }

  #events(audience: Audience, count: number): readonly SentEvent[] {
    const { id, subject, data, actor } = this.#marks[audience];
    const audiences = {
      everybody: {},
      organization: { organizationids: this.organization },
      user: { userids: this.user },
      role: { roleids: this.role },
    };
    return Array.from({ length: count }, () => {
      this.#sent[audience] += 1;
      return newEvent(this.tenant, {
        id: `${id}-${this.#sent[audience]}`,
        type: 'bank.test:created@v1',
        data: { firstName: data, lastName: 'x', favoriteColor: 'Red', registrationDate: '2026-01-31T09:30:00Z' },
        subject,
        actorid: actor,
        ...audiences[audience],
      });
    });
  }
}
