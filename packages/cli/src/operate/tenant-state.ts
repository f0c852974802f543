import { asSequence, asTenantId, describe, identifierProblem, type TenantId } from '@tidings/contracts';
import {
  counterKey,
  fanOutKey,
  fanOutPartition,
  fanOutShardKeys,
  subscriptionPartition,
} from '../../../../lambdas/adapters/dynamodb/keys.ts';
import { deliveredThrough } from '../../../../lambdas/core/operations/delivered.ts';
import { Failure, UsageError } from '../failure.ts';
import type { Item, Tables } from './aws.ts';
import type { Deployment } from './deployment.ts';

/** A place in a tenant's history. */
export interface Mark {
  readonly epoch: string;
  readonly sequence: number;
}

/** A durable subscription of a tenant. */
export interface SubscriptionState {
  readonly name: string;
  readonly status: string;
  readonly cursor: Mark;
}

/**
 * A tenant out of an option or argument.
 * @throws UsageError when there is none, or none that could be one
 */
export function readTenant(text: string | undefined, command: string): TenantId {
  if (text === undefined) throw new UsageError(`say which tenant; see \`tidings ${command} --help\``);
  const problem = identifierProblem(text);
  if (problem !== undefined) throw new UsageError(`no tenant can have that id: ${problem}`);
  return asTenantId(text);
}

export const unknownTenant = (tenant: TenantId, { file }: Pick<Deployment, 'file'>): Failure =>
  new Failure(`the hub of ${file} knows nothing of a tenant ${describe(tenant)}`, {
    notes: [
      'Ids of tenants are exact, capitals included; a tenant is known from its first event, subscription or socket on',
    ],
  });

/** The end of a tenant's log; undefined where nothing is recorded. */
export const readHead = async (
  tables: Pick<Tables, 'get'>,
  table: string,
  tenant: TenantId,
): Promise<Mark | undefined> => toMark(await tables.get(table, counterKey(tenant)), 'head');

/** Up to where a tenant's events were delivered to its sockets. */
export const readPosition = async (
  tables: Pick<Tables, 'get'>,
  table: string,
  tenant: TenantId,
): Promise<Mark | undefined> => toMark(await tables.get(table, fanOutKey(tenant)), 'delivered');

/**
 * Up to where all of a tenant's sockets have had its events: of a tenant that is served in shards, where the slowest shard
 * is. Its position says how far it has handed on to them.
 */
export async function readDelivered(
  tables: Pick<Tables, 'get' | 'query'>,
  table: string,
  tenant: TenantId,
): Promise<Mark | undefined> {
  const item = await tables.get(table, fanOutKey(tenant));
  const position = toMark(item, 'delivered');
  const since = item?.['splitsince']?.N;
  if (position === undefined || since === undefined) return position;
  const shards = new Map<string | undefined, number>();
  for await (const items of tables.query(table, fanOutPartition(tenant))) {
    for (const row of items.filter(({ epoch }) => epoch?.S === position.epoch)) {
      shards.set(row['SK']?.S, Number(row['delivered']?.N));
    }
  }
  const { epoch } = position;
  const positions = fanOutShardKeys(tenant).map(({ SK }) => ({ epoch, sequence: asSequence(shards.get(SK) ?? 0) }));
  const split = { since: asSequence(Number(since)), at: Number(item?.['splitat']?.N) };
  const whole = { epoch, sequence: asSequence(position.sequence), split };
  return { epoch, sequence: deliveredThrough(whole, positions) };
}

export async function readSubscriptions(
  tables: Pick<Tables, 'query'>,
  table: string,
  tenant: TenantId,
): Promise<readonly SubscriptionState[]> {
  const found: SubscriptionState[] = [];
  for await (const items of tables.query(table, subscriptionPartition(tenant))) {
    for (const item of items) {
      found.push({
        name: item['SK']?.S ?? '',
        status: item['status']?.S ?? 'unknown',
        cursor: toMark(item, 'acknowledged') ?? { epoch: '', sequence: 0 },
      });
    }
  }
  return found;
}

function toMark(item: Item | undefined, attribute: string): Mark | undefined {
  if (item === undefined) return undefined;
  return { epoch: item['epoch']?.S ?? '', sequence: Number(item[attribute]?.N ?? 0) };
}
