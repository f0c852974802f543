import { READ_SCOPE } from './hub.ts';
import type { Claims, Wanted } from './model.ts';
import { ORGANIZATIONS, ROLES, SUBJECTS, USERS } from './producers.ts';
import type { World } from './world.ts';

/** Claims as they held from one moment on, until their token ended. */
export interface IssuedClaims {
  readonly claims: Claims;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}

const ORDINARY: readonly Wanted[] = [
  {},
  {},
  { types: ['bank.*'] },
  { types: ['*'] },
  { types: ['bank.transaction:*@v1', 'community.*'] },
  { types: ['bank.account.*'] },
  { entities: ['transaction', 'account.limit'] },
  { actions: ['created'] },
  { organizations: [ORGANIZATIONS[0]] },
  { subjects: [SUBJECTS[0]], actions: ['created', 'failed'] },
];

export const anyFilter = (world: World): Wanted => world.pick(ORDINARY) ?? {};

/** Somebody with tokens. */
export class User {
  readonly tenant: string;
  readonly subject: string;
  readonly issued: IssuedClaims[] = [];
  readonly #world: World;
  #organizations: readonly string[];
  #roles: readonly string[];
  readonly #mayRead: boolean;

  constructor(world: World, tenant: string, mayRead: boolean) {
    this.#world = world;
    this.tenant = tenant;
    this.#mayRead = mayRead;
    this.subject = world.pick(USERS) ?? '';
    this.#organizations = this.#some(ORGANIZATIONS);
    this.#roles = this.#some(ROLES);
  }

  /** The next token will say something else. */
  changeClaims(): void {
    this.#organizations = this.#some(ORGANIZATIONS);
    this.#roles = this.#some(ROLES);
  }

  /** A token with the claims of now. Its form is that of a JWT, because a client reads when it ends. */
  token(): string {
    const { scheduler, profile, tokens } = this.#world;
    const seconds = profile.tokenSeconds * (1 + this.#world.random.next());
    const expiresAt = Math.floor(scheduler.now / 1000 + seconds);
    const identity = {
      tenant: this.tenant,
      subject: this.subject,
      organizations: this.#organizations,
      roles: this.#roles,
      scopes: this.#mayRead ? [READ_SCOPE] : [],
      expiresAt,
    };
    const { scopes: _, ...claims } = identity;
    this.issued.push({ claims: { ...claims, mayRead: this.#mayRead }, issuedAt: scheduler.now });
    return tokens.issue(identity);
  }

  #some(list: readonly string[]): readonly string[] {
    return list.filter(() => this.#world.random.next() < 0.4);
  }
}
