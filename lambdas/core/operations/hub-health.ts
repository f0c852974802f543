import { HEALTH_QUEUES, type HealthQueue, type HubHealth, type TenantHealth, type TenantId } from '@tidings/contracts';
import { SHARDS } from '../ports/connection-registry.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { MessageQueues } from '../ports/message-queues.ts';
import type { SocketCount } from '../ports/socket-count.ts';
import type { Surroundings } from '../ports/surroundings.ts';
import { deliveredThrough } from './delivered.ts';
import type { QueueUrls } from './letter-round.ts';

/** What looking at a hub needs of the world. */
export interface HealthPorts {
  readonly log: Pick<EventLog, 'head' | 'fanOutPosition'>;
  readonly sockets: SocketCount;
  readonly queues: Pick<MessageQueues, 'depth'>;
  readonly urls: QueueUrls;
  readonly surroundings: Pick<Surroundings, 'now'>;
}

/** How the hub does, and a tenant in it. Queues are everybody's: how full they are says nothing of whose messages they have. */
export async function hubHealth(tenant: TenantId | undefined, ports: HealthPorts): Promise<HubHealth> {
  const [ofTenant, fills] = await Promise.all([
    tenant === undefined ? null : tenantHealth(tenant, ports),
    Promise.all(HEALTH_QUEUES.map((name) => ports.queues.depth(ports.urls[name]))),
  ]);
  const queues = HEALTH_QUEUES.map((name, index): [HealthQueue, HubHealth['queues'][HealthQueue]] => [
    name,
    { waiting: fills[index]?.messages ?? 0, inFlight: fills[index]?.inFlight ?? 0 },
  ]);
  return {
    time: ports.surroundings.now().toISOString(),
    tenant: ofTenant,
    queues: Object.fromEntries(queues) as Record<HealthQueue, HubHealth['queues'][HealthQueue]>,
  };
}

async function tenantHealth(tenant: TenantId, { log, sockets }: HealthPorts): Promise<TenantHealth> {
  const counting = sockets.count(tenant);
  // The position first: it is never ahead of a head that is read after it.
  const position = await log.fanOutPosition(tenant);
  const shards =
    position.split === undefined
      ? []
      : await Promise.all(Array.from({ length: SHARDS }, (_, shard) => log.fanOutPosition(tenant, shard)));
  const head = await log.head(tenant);
  // A position in another history says nothing of this one.
  const through = position.epoch === head.epoch ? deliveredThrough(position, shards) : 0;
  return {
    tenantid: tenant,
    epoch: head.epoch,
    head: head.sequence,
    fanOut: { through, lag: head.sequence - through },
    connections: await counting,
  };
}
