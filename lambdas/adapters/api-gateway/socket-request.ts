import { asTenantId } from '@tidings/contracts';
import type { Recipient } from '../../core/identity.ts';

/** What API Gateway hands on from the authorizer to every later call: strings, numbers and booleans only. */
export interface AuthorizerContext {
  readonly recipient: string;
}

/** Header names in lower case: WebSocket APIs hand them on as the client wrote them. */
export function lowerCase(headers: Readonly<Record<string, string | undefined>> | null | undefined) {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The authorizer's result as a context. */
export const toContext = (recipient: Recipient): AuthorizerContext => ({ recipient: JSON.stringify(recipient) });

/** The authorizer's result from a context; `undefined` where no authorizer has spoken. */
export function fromContext(context: unknown): Recipient | undefined {
  if (typeof context !== 'object' || context === null || !('recipient' in context)) return undefined;
  const { tenant, ...rest } = JSON.parse(String(context.recipient)) as Recipient;
  return { tenant: asTenantId(tenant), ...rest };
}
