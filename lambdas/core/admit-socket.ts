import { describe, SUBPROTOCOL, TidingsError, TOKEN_SUBPROTOCOL_PREFIX } from '@tidings/contracts';
import { asRecipient, tokenOf } from './authenticate.ts';
import type { Recipient } from './identity.ts';
import type { TokenVerifier } from './ports/outbound.ts';

/** What of a WebSocket handshake decides about it. Header names in lower case. */
export interface Handshake {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** By what sockets are let in. */
export interface Admission {
  readonly allowedOrigins: readonly string[];
  /** Scope of who may read everything; `null` where everybody may. */
  readonly readScope: string | null;
  readonly verifier: TokenVerifier;
}

/**
 * Decides who may open a socket: a browser from an allowed origin, or a client without origin, with a good token of
 * some tenant.
 *
 * The token is offered as the subprotocol `bearer.<token>`, because a browser can set no header, or stands in the
 * `Authorization` header. It is never in the URL, where logs would keep it.
 *
 * @throws TidingsError ORIGIN_REFUSED, TOKEN_…, TENANT_CLAIM_MISSING
 */
export async function admitSocket(
  { headers }: Handshake,
  { allowedOrigins, readScope, verifier }: Admission,
): Promise<Recipient> {
  const origin = headers['origin'];
  if (origin !== undefined && !allowedOrigins.some((allowed) => isOrigin(allowed, origin))) {
    throw new TidingsError(
      'ORIGIN_REFUSED',
      `Expected an origin out of ${allowedOrigins.join(', ') || 'none'}; found ${describe(origin)}`,
    );
  }
  const offered = offeredProtocols(headers).find((protocol) => protocol.startsWith(TOKEN_SUBPROTOCOL_PREFIX));
  const token = offered?.slice(TOKEN_SUBPROTOCOL_PREFIX.length) ?? tokenOf(headers['authorization']);
  return asRecipient(await verifier.verify(token), readScope);
}

/** The subprotocol to answer with: ours if it was offered. A token that was offered beside it is never echoed. */
export const chosenProtocol = ({ headers }: Handshake): string | undefined =>
  offeredProtocols(headers).find((protocol) => protocol === SUBPROTOCOL);

const offeredProtocols = (headers: Handshake['headers']): readonly string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());

const ANY_PORT = ':*';

function isOrigin(allowed: string, origin: string): boolean {
  if (!allowed.endsWith(ANY_PORT)) return allowed === origin;
  const host = allowed.slice(0, -ANY_PORT.length);
  return origin === host || (origin.startsWith(`${host}:`) && /^\d{1,5}$/.test(origin.slice(host.length + 1)));
}
