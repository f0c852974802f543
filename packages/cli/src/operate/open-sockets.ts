import type { TenantId } from '@tidings/contracts';
import { connectionIdOf, connectionPartition, TTL_ATTRIBUTE } from '../../../../lambdas/adapters/dynamodb/keys.ts';
import type { Item, Key, Tables } from './aws.ts';

/** What partitions of sockets begin with, whoever the tenant is. */
const SOCKETS = connectionPartition('' as TenantId);

/** An open socket, as far as the hub knows it. */
export interface OpenSocket {
  readonly key: Key;
  readonly connectionId: string;
  readonly tenant: string;
  /** Absent where its token names none. */
  readonly user: string | undefined;
  readonly connectedAt: Date;
  /** Since when it has missed something, until it syncs. */
  readonly behindSince: Date | undefined;
  /** When its token ends. */
  readonly tokenEnds: Date | undefined;
  /** When it is over, whatever happens. */
  readonly expiresAt: Date;
  /** The durable subscription that it follows. */
  readonly subscription: string | undefined;
}

/** The sockets of a tenant, or of all, a page at a time. Those that are over are left out, unless they are wanted. */
export async function* readSockets(
  tables: Pick<Tables, 'query' | 'scan'>,
  table: string,
  tenant: TenantId | undefined,
  now: Date,
): AsyncGenerator<readonly OpenSocket[]> {
  const pages = tenant === undefined ? tables.scan(table, SOCKETS) : tables.query(table, connectionPartition(tenant));
  for await (const items of pages) yield items.map(toSocket).filter(({ expiresAt }) => expiresAt > now);
}

/** Source of the layout: `lambdas/adapters/dynamodb/connection-registry.ts`. */
function toSocket(item: Item): OpenSocket {
  const recipient = membersOf(item['recipient']?.S);
  const wish = membersOf(item['wish']?.S);
  const behindSince = item['behindsince']?.N;
  const { expiresAt: tokenEnds } = recipient;
  return {
    key: { PK: item['PK']?.S ?? '', SK: item['SK']?.S ?? '' },
    connectionId: connectionIdOf(item['SK']?.S ?? ''),
    tenant: textOf(recipient['tenant']) ?? '',
    user: textOf(recipient['subject']),
    connectedAt: new Date(Number(item['connectedat']?.N)),
    behindSince: behindSince === undefined ? undefined : new Date(Number(behindSince)),
    tokenEnds: typeof tokenEnds === 'number' ? new Date(tokenEnds * 1000) : undefined,
    expiresAt: new Date(Number(item[TTL_ATTRIBUTE]?.N) * 1000),
    subscription: textOf(wish['subscription']),
  };
}

function membersOf(json = '{}'): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
