/** Decodes base64; browsers and Node have it. */
const { atob } = globalThis as unknown as { atob?: (text: string) => string };

/**
 * When a token ends, in epoch milliseconds, as far as it says so itself. Nothing is verified: the hub does that, and
 * whoever lies to this client about its own token harms nobody.
 */
export function endOf(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined || atob === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const { exp } = claims as { exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** In how many milliseconds to renew what lasts so long: some time before, and not all clients at once. */
export function renewalIn(remaining: number, margin: number, random: number): number {
  return Math.max(0, remaining - Math.min(margin, remaining / 4) * (1 + random));
}

/** Whether something is a token that can stand in a header. */
export const isSendable = (token: unknown): token is string =>
  typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
