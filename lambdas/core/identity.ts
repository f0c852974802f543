import { type TenantId, TidingsError } from '@tidings/contracts';

/** Who a token speaks for, as far as the hub cares. */
export interface Identity {
  /** The tenant; absent in the token of a producer that serves many. */
  readonly tenant: TenantId | undefined;
  readonly subject: string | undefined;
  readonly organizations: readonly string[];
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Epoch second from which the token is worth nothing. */
  readonly expiresAt: number;
}

/** An identity that may receive: it has a tenant. */
export interface Recipient extends Pick<Identity, 'subject' | 'organizations' | 'roles' | 'expiresAt'> {
  readonly tenant: TenantId;
  /**
   * Whether it has the environment's scope for reading, as services have and browsers need not. It may read events
   * that are not for browsers, and use durable subscriptions.
   */
  readonly mayRead: boolean;
}

/** Whom an event is for, within its tenant. A kind that is absent restricts nothing. */
export interface Audience {
  readonly organizations?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
}

/** Whether a recipient of the event's tenant is in its audience: it must match every kind that the event names. */
export function isInAudience(
  recipient: Pick<Recipient, 'subject' | 'organizations' | 'roles'>,
  audience: Audience,
): boolean {
  const { subject } = recipient;
  if (audience.users && (subject === undefined || !audience.users.includes(subject))) return false;
  if (audience.organizations && !intersects(audience.organizations, recipient.organizations)) return false;
  return !audience.roles || intersects(audience.roles, recipient.roles);
}

/** Whether the recipient's token is worth nothing any more. */
export const hasExpired = ({ expiresAt }: Pick<Recipient, 'expiresAt'>, now: Date): boolean =>
  expiresAt * 1000 <= now.getTime();

/** @throws TidingsError TOKEN_EXPIRED */
export function assertLives(recipient: Pick<Recipient, 'expiresAt'>, now: Date): void {
  if (!hasExpired(recipient, now)) return;
  throw new TidingsError('TOKEN_EXPIRED', 'The token of this socket has expired; send a new one, or connect with it');
}

const intersects = (named: readonly string[], own: readonly string[]): boolean =>
  named.some((one) => own.includes(one));
