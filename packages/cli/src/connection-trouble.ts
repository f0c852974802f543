import type { StatusReason } from '@tidings/client';
import type { Target } from './target.ts';
import type { SocketEnd } from './web-socket.ts';

/** What the user should know of a wait. */
export const WAITS: Readonly<Partial<Record<StatusReason, string>>> = {
  'rate-limited': 'the hub asks for patience: waiting',
  'subscription-paused': 'the subscription is paused: waiting until it is resumed',
  'hub-failed': 'the hub failed to answer: asking again',
};

const LOST: Readonly<Partial<Record<StatusReason, string>>> = {
  'hub-silent': 'the hub is silent',
  'token-refused': 'the token is not taken any more',
  'token-failed': 'there is no new token',
  'protocol-broken': 'the hub sent something that is no frame',
};

/** Why there is no connection, in words. */
export function troubleOf(reason: StatusReason, end: SocketEnd | undefined, { socketUrl }: Target): string {
  if (end?.kind === 'refused') return `expected a WebSocket at ${socketUrl}, found an answer ${end.status}`;
  return `connection lost (${LOST[reason] ?? end?.reason ?? reason})`;
}
