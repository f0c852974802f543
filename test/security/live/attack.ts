import type { DescribedApi } from '../../acceptance/described-api.ts';
import { signedByStranger, tampered } from '../../acceptance/forged-token.ts';
import { tokenFor } from '../../acceptance/hub.ts';
import type { Random } from '../../acceptance/random.ts';
import { keepSecret } from '../../acceptance/secrets.ts';
import { type Leak, LeakDetector } from '../leak-detector.ts';
import { ACTIONS, AttemptGenerator } from './attempt-generator.ts';
import { craftText, neighbours } from './crafted-text.ts';
import { guardedRoutes } from './entrances.ts';
import { HostileSocket } from './hostile-socket.ts';
import { RawSender } from './raw-sender.ts';
import type { Victim } from './victim.ts';

/** Somebody with a good token, who is after what belongs to others. */
export interface Attacker {
  readonly home: string;
  readonly token: string;
  /** Its claims: an answer may give back what stands in there. */
  readonly claims: string;
  readonly generator: AttemptGenerator;
}

/** Something that an attacker got, and where. */
export interface Finding extends Leak {
  readonly entrance: string;
  readonly attempt: string;
}

/** What came of an attack. */
export interface Outcome {
  /** Entrance → attempts that the hub has answered. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly leaks: readonly Finding[];
  /** Answers that no input may cause. */
  readonly failures: readonly string[];
}

/** How much is attempted. */
export interface Extent {
  readonly perRoute: number;
  readonly perAction: number;
  /** Whether all is read before anything is written: what is deleted can be read no more. @default mixed by chance */
  readonly readsFirst?: boolean;
}

/** Requests under way at once. */
const LANES = 16;

/** Attackers of other tenants: one that has nothing to do with the victim, and such as are called almost like it. */
export async function strangers(victim: Victim, api: DescribedApi, random: Random): Promise<readonly Attacker[]> {
  const scope = 'bank community events:read subscriptions:write';
  const homes = [`intruder-${victim.tenant.slice(-6)}`, ...neighbours(victim.knowledge)];
  const victims = await victim.token();
  return await Promise.all(
    homes.map(async (home) => {
      const { organization, user, role } = victim;
      const claims = { tenant: home, organizations: [organization], user, roles: [role], scope };
      const token = await tokenFor(claims);
      const { tenant } = victim;
      const forged = [
        tampered(token, { claims: { tenant_id: tenant } }),
        signedByStranger(token, { claims: { tenant_id: tenant } }),
      ];
      for (const one of forged) keepSecret('token', one);
      const generator = new AttemptGenerator(random.fork(), victim.knowledge, api, home, [victims, token, ...forged]);
      return { home, token, claims: JSON.stringify(claims), generator };
    }),
  );
}

/** Attackers of the victim's own tenant, who are of no audience but everybody, and are called almost like who is. */
export async function insiders(victim: Victim, api: DescribedApi, random: Random): Promise<readonly Attacker[]> {
  const { tenant, organization, user, role, knowledge } = victim;
  const almost = (name: string, index: number): string => {
    const crafted = craftText(random, [name], knowledge).replaceAll(/[\s\p{Cc}]/gu, '');
    // Whatever chance makes of it, it is another's name.
    return crafted === name || crafted === '' ? `${name}${index}` : crafted;
  };
  const claims = Array.from({ length: 10 }, (_, index) => ({
    tenant,
    organizations: index === 0 ? [] : [almost(organization, index), `${tenant}#${organization}`, '*', user],
    user: index === 1 ? organization : almost(user, index),
    roles: index === 0 ? [] : [almost(role, index), user, `${organization},${role}x`],
    scope: 'events:read',
  }));
  return await Promise.all(
    claims.map(async (one) => {
      const token = await tokenFor(one);
      const forged = tampered(token, { claims: { org_id: [organization], roles: [role], sub: user } });
      keepSecret('token', forged);
      const generator = new AttemptGenerator(random.fork(), knowledge, api, tenant, [token, forged]);
      return { home: tenant, token, claims: JSON.stringify(one), generator };
    }),
  );
}

/** An attack on somebody's belongings, with sockets that stay open until it has ended. */
export class Attack {
  readonly #api: DescribedApi;
  readonly #random: Random;
  readonly #detector: LeakDetector;
  readonly #ownHead: number;
  readonly #attempts = new Map<string, number>();
  readonly #leaks: Finding[] = [];
  readonly #failures: string[] = [];
  /** What attackers have put into their own logs and subscriptions, by tenant: they get it back. */
  readonly #stored = new Map<string, string>();
  readonly #sockets: { readonly socket: HostileSocket; readonly attacker: Attacker }[] = [];

  /**
   * @param marks what nobody of the attackers may see
   * @param ownHead how far the attackers' own logs go at most
   */
  constructor(api: DescribedApi, random: Random, marks: readonly string[], ownHead: number) {
    this.#api = api;
    this.#random = random.fork();
    this.#detector = new LeakDetector(marks);
    this.#ownHead = ownHead;
  }

  /** Makes all attempts. Sockets stay open: what comes later is looked at by {@link finish}. */
  async run(attackers: readonly Attacker[], extent: Extent): Promise<void> {
    await Promise.all([this.#runHttp(attackers, extent), this.#runSockets(attackers, extent.perAction)]);
  }

  async #runHttp(attackers: readonly Attacker[], { perRoute, readsFirst }: Extent): Promise<void> {
    const sender = new RawSender();
    const all = guardedRoutes(this.#api).flatMap((route) =>
      Array.from({ length: perRoute }, (_, index) => ({ route, attacker: at(attackers, index) })),
    );
    const queue =
      readsFirst === true
        ? all.toSorted((one, other) => orderOf(one.route) - orderOf(other.route))
        : [...this.#random.some(all, all.length, all.length)];
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { route, attacker } = next;
        const attempt = attacker.generator.http(route);
        if (attempt.body !== undefined) this.#stored.set(attacker.home, `${this.#storedBy(attacker)}\n${attempt.body}`);
        const { status, text } = await sender.send(attempt, attacker.token);
        const own = [attacker.claims, this.#storedBy(attacker)];
        const sent = [attempt.path, JSON.stringify(attempt.headers), attempt.body, ...own].join('\n');
        this.#judge(route, sent, text);
        if (status >= 500 || status === 429)
          this.#failures.push(`${status} to ${attempt.method} ${attempt.path}: ${text.slice(-300)}`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    sender.end();
  }

  async #runSockets(attackers: readonly Attacker[], perAction: number): Promise<void> {
    const share = Math.ceil(perAction / attackers.length);
    await Promise.all(
      attackers.map(async (attacker) => {
        const listener = await this.#open(attacker, `?types=${encodeURIComponent(attacker.generator.types())}`);
        if (listener !== undefined) this.#count('$connect ?types=');
        const socket = await this.#open(attacker, '');
        for (let index = 0; socket !== undefined && index < share; index += 1) {
          for (const action of ACTIONS) {
            const code = await socket.request((id) => attacker.generator.frame(action, id));
            this.#count(action);
            if (code === 'INTERNAL_ERROR' || code === 'RATE_LIMITED') this.#failures.push(`${code} to ${action}`);
          }
        }
      }),
    );
  }

  /** Waits until everything that is under way to the sockets has come, and looks at it. */
  async finish(): Promise<Outcome> {
    await Promise.all(this.#sockets.map(({ socket }) => socket.settle()));
    for (const { socket, attacker } of this.#sockets) {
      const sent = `${socket.sent}\n${this.#storedBy(attacker)}\n${attacker.claims}`;
      for (const frame of socket.frames) this.#look(`socket of ${socket.name}`, sent, frame);
      socket.end();
    }
    return { attempts: this.#attempts, leaks: this.#leaks, failures: this.#failures };
  }

  async #open(attacker: Attacker, query: string): Promise<HostileSocket | undefined> {
    const socket = await HostileSocket.open(attacker.token, query);
    // Patterns that are none are refused at the handshake.
    if (socket === undefined) return undefined;
    this.#sockets.push({ socket, attacker });
    return socket;
  }

  #judge(entrance: string, sent: string, answer: string): void {
    this.#count(entrance);
    this.#look(entrance, sent, answer);
  }

  #look(entrance: string, text: string, answer: string): void {
    const leaks = this.#detector.find(answer, { text, ownHead: this.#ownHead });
    this.#leaks.push(...leaks.map((leak) => ({ ...leak, entrance, attempt: text.slice(0, 500) })));
  }

  #storedBy({ home }: Attacker): string {
    return this.#stored.get(home) ?? '';
  }

  #count(entrance: string): void {
    this.#attempts.set(entrance, (this.#attempts.get(entrance) ?? 0) + 1);
  }
}

const orderOf = (route: string): number => ['GET', 'POST', 'PATCH', 'DELETE'].indexOf(route.split(' ')[0] ?? '');

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('Expected attackers, found none');
  return item;
}
