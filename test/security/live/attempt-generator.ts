import { CLIENT_ACTIONS } from '../../../packages/contracts/src/client-frames.ts';
import type { DescribedApi } from '../../acceptance/described-api.ts';
import { newEvent } from '../../acceptance/events.ts';
import { BATCHED, STRUCTURED } from '../../acceptance/hub.ts';
import type { Random } from '../../acceptance/random.ts';
import { asSegment, craftText } from './crafted-text.ts';
import type { Knowledge } from './victim.ts';

/** One request to the HTTP API, without its token. */
export interface HttpAttempt {
  readonly route: string;
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Action = keyof typeof CLIENT_ACTIONS;

/** Every action of the protocol: one that is added is attempted at once. */
export const ACTIONS = Object.keys(CLIENT_ACTIONS) as readonly Action[];

type Json = Readonly<Record<string, unknown>>;

/** Members that name what belongs to whom, somewhere in the hub; none of them is one of any request. */
const SMUGGLED = [
  'tenant',
  'tenantid',
  'tenant_id',
  'recipient',
  'subject',
  'connectionId',
  'PK',
  'SK',
  'mayRead',
  'org_id',
];

/** Makes requests and frames that try to get at what belongs to another, out of what an attacker may know of it. */
export class AttemptGenerator {
  readonly #random: Random;
  readonly #known: Knowledge;
  readonly #api: DescribedApi;
  /** The attacker's own tenant, and a token that is good for somebody else. */
  readonly #home: string;
  readonly #foreignTokens: readonly string[];

  constructor(random: Random, known: Knowledge, api: DescribedApi, home: string, foreignTokens: readonly string[]) {
    this.#random = random;
    this.#known = known;
    this.#api = api;
    this.#home = home;
    this.#foreignTokens = foreignTokens;
  }

  http(route: string): HttpAttempt {
    const [method = '', template = ''] = route.split(' ');
    const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => asSegment(this.#random, this.#name(name)));
    const body = method === 'GET' || method === 'DELETE' ? undefined : this.#body(route);
    return {
      route,
      method,
      path: `${path}${this.#query(route)}`,
      headers: { ...this.#headers(), ...(body !== undefined && { 'content-type': body.type }) },
      ...(body !== undefined && { body: body.text }),
    };
  }

  /** A message of a socket, as text. */
  frame(action: Action, id: string): string {
    const members = Object.fromEntries(
      CLIENT_ACTIONS[action].flatMap((name) => (this.#isGiven(action, name) ? [[name, this.#member(name)]] : [])),
    );
    return JSON.stringify({ action, id, ...this.#smuggled(), ...members });
  }

  /** Patterns for `?types=`. */
  types(): string {
    const { tenant, subjects } = this.#known;
    return this.#random.pick(['*', 'bank.*', 'bank.test:created@v1', `*,${tenant}`, `${tenant}#*`, subjects[0] ?? '']);
  }

  /** The name of something of the victim, or what could be taken for it. */
  #name(parameter: string): string {
    const { ids, subscriptions, subjects, tenant } = this.#known;
    const likely = parameter.startsWith('id') ? ids : subscriptions;
    const known = this.#random.chance(0.8) ? likely : [...ids, ...subscriptions, ...subjects, tenant];
    return craftText(this.#random, known, this.#known);
  }

  #query(route: string): string {
    const declared = this.#api.queryOf(route);
    const own = declared.flatMap((name) => (this.#random.chance(0.4) ? [[name, this.#queryValue(name)]] : []));
    const smuggled = this.#random.chance(0.3) ? [[this.#random.pick(SMUGGLED), this.#known.tenant]] : [];
    const parameters = [...own, ...smuggled];
    return parameters.length === 0 ? '' : `?${new URLSearchParams(parameters as [string, string][])}`;
  }

  #queryValue(name: string): string {
    const { subjects, organization, epoch } = this.#known;
    if (name === 'after') return String(this.#sequence());
    if (name === 'epoch') return this.#random.pick([epoch, '', craftText(this.#random, [epoch], this.#known)]);
    if (name === 'limit') return this.#random.pick(['1', '100', '1000']);
    if (name === 'types') return this.types();
    if (name === 'organizations') return craftText(this.#random, [organization], this.#known);
    if (name === 'subjects') return craftText(this.#random, subjects, this.#known);
    return this.#random.pick(['test', 'created', '*', this.#known.tenant]);
  }

  #headers(): Readonly<Record<string, string>> {
    if (!this.#random.chance(0.3)) return {};
    const { tenant } = this.#known;
    const names = [
      'x-tenant-id',
      'ce-tenantid',
      'x-forwarded-user',
      'x-original-url',
      'x-http-method-override',
      'cookie',
    ];
    return { [this.#random.pick(names)]: this.#random.pick([tenant, `tenant=${tenant}`, `/events?tenant=${tenant}`]) };
  }

  #body(route: string): { readonly type: string; readonly text: string } {
    if (route === 'POST /events') return this.#events();
    const members: Json = {
      ...(route === 'POST /subscriptions' && {
        name: this.#name('name'),
        filter: this.#filter(),
        cursor: this.#cursor(),
      }),
      ...(route.startsWith('PATCH') && { status: this.#random.pick(['paused', 'active']), filter: this.#filter() }),
      ...(route.endsWith('/ack') && { sequence: this.#sequence(), epoch: this.#known.epoch }),
    };
    // One member less, now and then: what is left out has a default.
    const kept = Object.entries(members).filter(() => this.#random.chance(0.85));
    return { type: 'application/json', text: JSON.stringify({ ...Object.fromEntries(kept), ...this.#smuggled() }) };
  }

  /** Events for the victim, or for oneself under the victim's ids. */
  #events(): { readonly type: string; readonly text: string } {
    const { tenant, ids, organization, user } = this.#known;
    const make = () =>
      newEvent(this.#random.pick([tenant, tenant, this.#home, craftText(this.#random, [tenant], this.#known)]), {
        id: this.#random.pick([this.#random.pick(ids), craftText(this.#random, ids, this.#known)]),
        subject: 'intruder-was-here',
        ...(this.#random.chance(0.5) && { organizationids: organization, userids: user }),
        ...(this.#random.chance(0.2) && { sequence: '00000000000000000001', recordedtime: '2020-01-01T00:00:00Z' }),
      });
    if (this.#random.chance(0.5)) return { type: STRUCTURED, text: JSON.stringify(make()) };
    return { type: BATCHED, text: JSON.stringify([make(), make()]) };
  }

  #isGiven(action: Action, name: string): boolean {
    if (action === 'subscribe') return this.#random.chance(name === 'subscription' ? 0.4 : 0.6);
    return this.#random.chance(0.95);
  }

  #member(name: string): unknown {
    if (name === 'filter') return this.#filter();
    if (name === 'cursor') return this.#cursor();
    if (name === 'subscription') return this.#name('name');
    if (name === 'sequence') return this.#sequence();
    if (name === 'epoch') return this.#known.epoch;
    if (name === 'token') return this.#random.pick(this.#foreignTokens);
    return craftText(this.#random, [this.#known.tenant], this.#known);
  }

  #filter(): Json {
    const { subjects, organization, tenant } = this.#known;
    const lists: Json = {
      types: [this.types()],
      organizations: [craftText(this.#random, [organization, tenant], this.#known)],
      subjects: [craftText(this.#random, subjects, this.#known)],
    };
    return Object.fromEntries(Object.entries(lists).filter(() => this.#random.chance(0.4)));
  }

  /** A place in the victim's history, or one that is taken for it. */
  #cursor(): Json {
    const { epoch, tenant } = this.#known;
    return this.#random.pick<Json>([
      { sequence: 0 },
      { epoch, sequence: 0 },
      { epoch, sequence: this.#sequence() },
      { epoch: '', sequence: 0 },
      { epoch: craftText(this.#random, [epoch, tenant], this.#known), sequence: this.#sequence() },
      { epoch, sequence: this.#sequence(), tenant },
    ]);
  }

  #sequence = (): number => this.#random.pick([0, 1, 5, 100, 299, 300, 360, 361, 2 ** 31, Number.MAX_SAFE_INTEGER]);

  #smuggled(): Json {
    return this.#random.chance(0.15) ? { [this.#random.pick(SMUGGLED)]: this.#known.tenant } : {};
  }
}
